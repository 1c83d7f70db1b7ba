use request_arena::{Arena, request_arena};

trait Sink {
    type Item<'i>;
    fn keep(&mut self, item: Self::Item<'static>);
}

struct Words(Vec<&'static str>);

impl Sink for Words {
    type Item<'i> = &'i str;
    fn keep(&mut self, word: Self::Item<'static>) {
        self.0.push(word);
    }
}

#[request_arena]
fn search(arena: Arena<'_>, sink: &mut Words, query: &str) {
    sink.keep(arena.alloc_str(query));
}

fn main() {
    search(&mut Words(Vec::new()), "q");
}
