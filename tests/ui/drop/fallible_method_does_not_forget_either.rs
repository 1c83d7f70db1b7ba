use request_arena::{Arena, ArenaError, request_arena};

#[request_arena(limit = "64 KiB")]
fn greet(arena: Arena<'_>, name: &str) -> Result<usize, ArenaError> {
    Ok(arena.try_alloc(format!("hello {name}"))?.len())
}

fn main() {
    greet("x").unwrap();
}
