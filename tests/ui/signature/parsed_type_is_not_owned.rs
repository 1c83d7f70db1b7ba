use request_arena::extract::{JsonBody, Rejection};
use request_arena::{Arena, request_arena};

#[request_arena]
fn create(_arena: Arena<'_>, #[json] names: Vec<String>) -> Result<usize, Rejection> {
    Ok(names.len())
}

fn main() {
    drop(create(JsonBody::new("[]")));
}
