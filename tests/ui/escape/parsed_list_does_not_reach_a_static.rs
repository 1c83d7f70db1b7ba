use request_arena::extract::{JsonBody, Rejection};
use request_arena::{Arena, request_arena};
use std::sync::Mutex;

static LATEST: Mutex<&[&str]> = Mutex::new(&[]);

#[request_arena]
fn create(arena: Arena<'_>, #[json] words: &'static [&'static str]) -> Result<usize, Rejection> {
    *LATEST.lock().unwrap() = words;
    Ok(arena.used())
}

fn main() {
    drop(create(JsonBody::new("[]")));
}
