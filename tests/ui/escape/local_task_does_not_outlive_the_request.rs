use request_arena::{Arena, request_arena};

#[request_arena]
async fn search(arena: Arena<'_>, query: String) -> usize {
    let words = arena.alloc_str(&query);
    tokio::task::spawn_local(async move { println!("{words}") });
    query.len()
}

fn main() {
    drop(search(String::new()));
}
