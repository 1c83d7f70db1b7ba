use request_arena::extract::{JsonBody, Rejection};
use request_arena::{Arena, request_arena};

#[request_arena]
fn create(arena: Arena<'_>, #[json] name: &str) -> Result<&'static str, Rejection> {
    assert!(arena.used() > 0);
    Ok(name)
}

fn main() {
    drop(create(JsonBody::new("1")));
}
