use request_arena::{Arena, request_arena};

#[request_arena]
async fn hash(arena: Arena<'_>, password: String) -> usize {
    let password = arena.alloc_str(&password);
    tokio::task::spawn_blocking(move || password.len()).await.unwrap()
}

fn main() {
    drop(hash(String::new()));
}
