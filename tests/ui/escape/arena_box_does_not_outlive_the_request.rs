use request_arena::{Arena, request_arena};

#[request_arena]
async fn upload(arena: Arena<'_>, parts: Vec<String>) {
    let parts = arena.alloc_box(parts);
    tokio::spawn(async move { println!("{}", parts.len()) });
}

fn main() {
    drop(upload(Vec::new()));
}
