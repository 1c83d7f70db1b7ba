use futures::FutureExt;
use request_arena::{Arena, request_arena};

type Answer<'a> = futures::future::BoxFuture<'a, String>;

#[request_arena(into = String)]
fn search(arena: Arena<'_>, query: String) -> Answer<'static> {
    async move { arena.alloc_str(&query).to_string() }.boxed()
}

fn main() {
    drop(search("q".into()));
}
