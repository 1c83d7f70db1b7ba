use request_arena::{Arena, request_arena};

#[request_arena(into = String)]
async fn search<'c>(arena: Arena<'_>, query: &str, recent: &mut Vec<&'c str>) -> &'c str {
    recent.push(arena.alloc_str(query));
    recent[0]
}

fn main() {
    drop(search("q", &mut Vec::new()));
}
