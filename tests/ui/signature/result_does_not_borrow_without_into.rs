use request_arena::{Arena, request_arena};

struct Hits<'a> {
    first: &'a str,
}

#[request_arena]
fn search<'a>(arena: Arena<'a>, query: &str) -> Hits<'a> {
    Hits { first: arena.alloc_str(query) }
}

fn main() {
    println!("{}", search("q").first);
}
