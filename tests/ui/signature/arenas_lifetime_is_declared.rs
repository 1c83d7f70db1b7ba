use request_arena::{Arena, request_arena};

struct App<'s>(&'s str);

impl<'s> App<'s> {
    #[request_arena]
    fn search(&self, arena: Arena<'s>) -> usize {
        arena.alloc_str(self.0).len()
    }
}

fn main() {
    App("q").search();
}
