use request_arena::{Arena, request_arena};

#[request_arena]
fn search(arena: Arena<'_>, query: &str) -> usize {
    let text = arena.
}

fn twice(query: &str) -> usize {
    search(query) + search("again")
}

fn main() {
    println!("{}", twice("q"));
}
