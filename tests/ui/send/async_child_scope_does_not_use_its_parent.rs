use request_arena::{Arena, request_arena};

async fn fetch() {}

#[request_arena]
async fn search(mut arena: Arena<'_>, query: String) -> usize {
    arena
        .scope_async(async |_scratch| {
            fetch().await;
            arena.alloc_str(&query).len()
        })
        .await
}

fn main() {
    drop(search(String::new()));
}
