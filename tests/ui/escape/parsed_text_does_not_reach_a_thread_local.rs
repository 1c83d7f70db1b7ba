use request_arena::extract::{JsonBody, Rejection};
use request_arena::{Arena, request_arena};
use std::cell::Cell;

thread_local! {
    static LATEST: Cell<&'static str> = const { Cell::new("") };
}

#[request_arena]
async fn search(arena: Arena<'_>, #[json] name: &str) -> Result<usize, Rejection> {
    LATEST.set(name);
    Ok(arena.used())
}

fn main() {
    drop(search(JsonBody::new("1")));
}
