//! A closure answers the limit, and gets the error.

#[request_arena(limit = "1 MiB", on_limit = |error| Err(error.to_string()))]
async fn explain(arena: Arena<'_>, text: String) -> Result<usize, String> {
    Ok(arena.alloc_str(&text).len())
}
