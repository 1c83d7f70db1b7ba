use request_arena::{Arena, request_arena};

async fn fetch() {}

#[request_arena]
async fn search(mut arena: Arena<'_>, query: String) -> usize {
    let text = arena
        .scope_async(async |scratch| {
            fetch().await;
            scratch.alloc_str(&query)
        })
        .await;
    text.len()
}

fn main() {
    drop(search(String::new()));
}
