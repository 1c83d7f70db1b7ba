//! An expression answers the limit.

#[request_arena(limit = "1 MiB", on_limit = Err(413))]
fn copy(arena: Arena<'_>, text: &str) -> Result<usize, u16> {
    Ok(arena.alloc_str(text).len())
}
