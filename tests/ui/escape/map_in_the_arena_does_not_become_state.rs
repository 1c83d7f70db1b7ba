use request_arena::{Arena, collections::HashMap, request_arena};

struct Stats<'s> {
    words: Option<HashMap<'s, &'s str, usize>>,
}

impl Stats<'_> {
    #[request_arena]
    fn count(&mut self, arena: Arena<'_>, text: &'static str) {
        let mut words = HashMap::new_in(&arena);
        for word in text.split(' ') {
            *words.entry(word).or_default() += 1;
        }
        self.words = Some(words);
    }
}

fn main() {
    Stats { words: None }.count("a b a");
}
