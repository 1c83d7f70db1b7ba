fn lengths() {
    texts.map(arena_handler!(limt = 4096, |arena: Arena<'_>, text: &str| {
        arena.alloc_str(text).len()
    }));
}
