use futures::future::{BoxFuture, FutureExt};
use request_arena::{Arena, request_arena};

#[request_arena(into = String)]
fn search(arena: Arena<'_>, query: &str) -> BoxFuture<'static, &'static str> {
    let query = query.to_owned();
    async move { if arena.alloc_str(&query).is_empty() { "empty" } else { "found" } }.boxed()
}

fn main() {
    drop(search("q"));
}
