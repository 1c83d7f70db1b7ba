use axum::{Json, response::Response};
use request_arena::{Arena, collections::Vec, request_arena};

#[request_arena(into = Response)]
fn lengths<'a>(arena: Arena<'a>, text: &str) -> Json<Vec<'a, usize>> {
    let mut lengths = Vec::new_in(&arena);
    lengths.extend(text.split(' ').map(str::len));
    Json(lengths)
}

fn main() {
    lengths("to be or not");
}
