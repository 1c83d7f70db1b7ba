use request_arena::{Arena, request_arena};

trait Search {
    #[request_arena]
    fn search(&self, arena: Arena<'_>, query: &str) -> usize;
}

fn main() {}
