use request_arena::{Arena, collections::owned::Vec, request_arena};

#[request_arena]
async fn search(arena: Arena<'_>, query: String) {
    let mut hits = Vec::new_in(arena.fork());
    hits.push(query.len());
    tokio::spawn(async move { println!("{hits:?}") });
}

fn main() {
    drop(search(String::new()));
}
