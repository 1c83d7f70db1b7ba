use request_arena::extract::Rejection;
use request_arena::request_arena;

#[request_arena]
fn create(#[json] name: &str) -> Result<usize, Rejection> {
    Ok(name.len())
}

fn main() {}
