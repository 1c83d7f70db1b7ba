use request_arena::{Arena, request_arena};

#[request_arena]
fn search(arena: Arena<'_>, query: &str) -> &'static str {
    let query: &str = arena.alloc_str(query);
    query
}

fn twice(query: &str) -> usize {
    search(query).len() + search("again").len()
}

fn main() {
    let all: Vec<&'static str> = ["a", "b"].into_iter().map(search).collect();
    println!("{} {}", all.len(), twice("q"));
}
