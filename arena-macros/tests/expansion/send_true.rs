#[request_arena(send = true)]
async fn search(arena: Arena<'_>, query: String) -> usize {
    arena.alloc_str(&query).len()
}

#[request_arena(send = true, limit = "1 MiB", on_limit = late().await)]
#[tracing::instrument]
async fn traced(arena: Arena<'_>, query: String) -> usize {
    arena.alloc_str(&query).len()
}

#[request_arena(send = true)]
impl Index {
    async fn search(&self, arena: Arena<'_>) -> usize {
        arena.alloc(1);
        1
    }

    fn is_empty(&self, arena: Arena<'_>) -> bool {
        arena.alloc(1);
        true
    }
}
