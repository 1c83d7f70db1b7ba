use axum::{Json, response::Response};
use request_arena::collections::{IntoArenaSlice, Vec, owned};
use request_arena::{Arena, request_arena};

#[request_arena(into = Response)]
fn owned_lengths<'a>(arena: Arena<'a>, text: &str) -> Json<owned::Vec<'a, usize>> {
    let mut lengths = owned::Vec::new_in(arena.fork());
    lengths.extend(text.split(' ').map(str::len));
    Json(lengths)
}

#[request_arena(into = Response)]
async fn slice_of_lengths<'a>(arena: Arena<'a>, text: String) -> Json<&'a [usize]> {
    let mut lengths = Vec::new_in(&arena);
    lengths.extend(text.split(' ').map(str::len));
    Json(lengths.into_arena_slice(&arena))
}

#[request_arena]
fn plain_lengths(arena: Arena<'_>, text: &str) -> std::vec::Vec<usize> {
    let mut lengths = Vec::new_in(&arena);
    lengths.extend(text.split(' ').map(str::len));
    lengths.to_vec()
}
fn main() {
    owned_lengths("to be");
    drop(slice_of_lengths("to be".into()));
    plain_lengths("to be");
}
