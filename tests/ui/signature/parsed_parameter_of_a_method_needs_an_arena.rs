use request_arena::extract::Rejection;
use request_arena::{Arena, request_arena};

struct Shop;

#[request_arena]
impl Shop {
    fn create(&self, #[json] name: &str) -> Result<usize, Rejection> {
        Ok(name.len())
    }

    fn count(&self, arena: Arena<'_>) -> usize {
        arena.used()
    }
}

fn main() {}
