use request_arena::{Arena, request_arena};

#[request_arena]
async fn search<'a>(arena: Arena<'a>, query: String) -> Result<&'a [u8], String> {
    Ok(arena.alloc_str(&query).as_bytes())
}

fn main() {
    drop(search("q".into()));
}
