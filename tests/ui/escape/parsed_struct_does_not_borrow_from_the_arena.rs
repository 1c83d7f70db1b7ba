use request_arena::{Arena, request_arena};
use serde::Deserialize;

#[derive(Deserialize)]
struct Query<'q> {
    text: &'q str,
}

#[request_arena]
fn parse(arena: Arena<'_>, body: &[u8]) -> Result<Query<'static>, serde_json::Error> {
    let body: &[u8] = arena.alloc_slice_copy(body);
    serde_json::from_slice(body)
}

fn main() {
    println!("{}", parse(b"{}").unwrap().text);
}
