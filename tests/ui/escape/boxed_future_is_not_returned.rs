use futures::future::{BoxFuture, FutureExt};
use request_arena::{Arena, request_arena};

#[request_arena]
fn search(arena: Arena<'_>, query: &str) -> BoxFuture<'static, usize> {
    let query = arena.alloc_str(query);
    async move { query.len() }.boxed()
}

fn main() {
    drop(search("q"));
}
