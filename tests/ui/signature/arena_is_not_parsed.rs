use request_arena::extract::Rejection;
use request_arena::{Arena, request_arena};

#[request_arena]
fn create(#[json] arena: Arena<'_>, name: &str) -> Result<usize, Rejection> {
    Ok(arena.alloc_str(name).len())
}

fn main() {}
