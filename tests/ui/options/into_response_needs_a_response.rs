use axum::response::Response;
use request_arena::{Arena, request_arena};

struct Hits<'a>(&'a [u32]);

#[request_arena(into = Response)]
async fn search<'a>(arena: Arena<'a>) -> Hits<'a> {
    Hits(arena.alloc_slice_copy(&[1, 2]))
}

fn main() {
    drop(search());
}
