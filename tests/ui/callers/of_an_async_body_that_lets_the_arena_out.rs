use request_arena::{Arena, request_arena};

#[request_arena]
async fn search(arena: Arena<'_>, query: String) -> usize {
    let words = arena.alloc_str(&query);
    tokio::spawn(async move { println!("{words}") });
    query.len()
}

async fn twice(query: &str) -> usize {
    search(query.to_owned()).await + search(String::from("again")).await
}

fn main() {
    tokio::spawn(search(String::new()));
    drop(twice("q"));
}
