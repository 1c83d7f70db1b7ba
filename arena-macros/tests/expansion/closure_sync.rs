fn lengths() {
    texts.map(arena_handler!(|arena, text| arena.alloc_str(text).len()));
}
