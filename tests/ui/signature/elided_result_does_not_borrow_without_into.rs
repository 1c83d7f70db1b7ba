use request_arena::{Arena, request_arena};

#[request_arena]
fn search(arena: Arena<'_>, query: String) -> Result<&str, ()> {
    Ok(arena.alloc_str(&query))
}

fn main() {
    println!("{:?}", search(String::new()));
}
