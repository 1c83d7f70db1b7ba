use request_arena::extract::Rejection;
use request_arena::{Arena, request_arena};

#[request_arena]
fn create(_arena: Arena<'_>, #[form] name: &str, #[json] price: u32) -> Result<usize, Rejection> {
    Ok(name.len() * price as usize)
}

fn main() {}
