fn lengths() {
    texts.map(arena_handler!(
        limit = 4096,
        on_limit = |error| Err(error),
        |arena, text: &str| -> Result<usize, ArenaError> { Ok(arena.alloc_str(text).len()) }
    ));
}
