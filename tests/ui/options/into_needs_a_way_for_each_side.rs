use request_arena::{Arena, request_arena};

struct Page(String);

#[request_arena(into = Result<Page, String>)]
fn search<'a>(arena: Arena<'a>, query: &str) -> Result<&'a str, String> {
    Ok(arena.alloc_str(query))
}

fn main() {
    println!("{}", search("q").is_ok_and(|page| page.0.is_empty()));
}
