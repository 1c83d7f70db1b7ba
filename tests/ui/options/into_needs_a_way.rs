use request_arena::{Arena, request_arena};

struct Hits<'a>(&'a str);
struct Page(String);

#[request_arena(into = Page)]
fn search<'a>(arena: Arena<'a>, query: &str) -> Hits<'a> {
    Hits(arena.alloc_str(query))
}

fn main() {
    println!("{}", search("q").0);
}
