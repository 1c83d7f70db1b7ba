#[request_arena]
async fn by_path(arena: Arena<'_>, query: axum::extract::Query<String>) -> usize {
    arena.alloc_str(&query).len()
}

#[request_arena]
async fn by_type(arena: Arena<'_>, State(index): State<Index>, Path(query): Path<String>) -> usize {
    index.find(arena.alloc_str(&query))
}

#[request_arena]
async fn by_state(arena: Arena<'_>, State(index): State<Index>) -> usize {
    index.find(arena.alloc_str("all"))
}

#[request_arena]
#[debug_handler]
async fn in_release(arena: Arena<'_>) -> usize {
    arena.alloc_str("all").len()
}

#[request_arena]
fn returned(arena: Arena<'_>, Path(query): Path<String>) -> impl Future<Output = usize> {
    async move { arena.alloc_str(&query).len() }
}

fn router() -> Router {
    get(arena_handler!(|arena, Path(query): Path<String>| async move {
        arena.alloc_str(&query).len()
    }))
}

#[request_arena(send = false)]
async fn local(arena: Arena<'_>, Path(query): Path<String>) -> usize {
    arena.alloc_str(&query).len()
}

#[request_arena]
async fn generic<R: Repository>(arena: Arena<'_>, State(repository): State<R>) -> usize {
    repository.find(&arena).await
}

#[request_arena]
async fn customary(arena: Arena<'_>, State(repository): State<Arc<R>>) -> usize {
    repository.find(&arena).await
}
