fn routes() {
    get(arena_handler!(name = "search", limit = "1 MiB", |arena, Path(q): Path<String>| async move {
        arena.alloc_str(&q).len()
    }));
}
