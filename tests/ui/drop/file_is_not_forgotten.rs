use request_arena::{Arena, request_arena};
use std::fs::File;

#[request_arena]
fn size(arena: Arena<'_>, path: &str) -> std::io::Result<u64> {
    let file = arena.alloc_try_with(|| File::open(path))?;
    Ok(file.metadata()?.len())
}

fn main() {
    size("/").unwrap();
}
