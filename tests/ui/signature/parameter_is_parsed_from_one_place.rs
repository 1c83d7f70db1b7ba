use request_arena::extract::Rejection;
use request_arena::{Arena, request_arena};

#[request_arena]
fn create(_arena: Arena<'_>, #[json] #[query] name: &str) -> Result<usize, Rejection> {
    Ok(name.len())
}

fn main() {}
