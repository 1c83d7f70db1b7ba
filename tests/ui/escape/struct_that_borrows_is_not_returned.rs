use request_arena::{Arena, request_arena};

struct Hits {
    first: &'static str,
}

#[request_arena]
async fn search(arena: Arena<'_>, query: String) -> Result<Hits, std::io::Error> {
    let first = arena.alloc_str(&query);
    Ok(Hits { first })
}

fn main() {
    drop(search(String::new()));
}
