fn routes() {
    get(arena_handler!(into = Response, async move |arena: Arena<'_>, Path(q): Path<String>| {
        Json(arena.alloc_str(&q))
    }));
}
