use request_arena::extract::Rejection;
use request_arena::{Arena, request_arena};

struct Order(String);

impl Order {
    #[request_arena]
    fn create(#[json] self, arena: Arena<'_>) -> Result<usize, Rejection> {
        Ok(arena.alloc_str(&self.0).len())
    }
}

fn main() {}
