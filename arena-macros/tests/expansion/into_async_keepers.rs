//! Two parameters that memory could escape into are passed on by variables of their own.
#[request_arena(into = Response)]
async fn search(
    arena: Arena<'_>,
    limit: usize,
    State(log): State<Log>,
    query: String,
    recent: &mut Recent,
) -> Hits<'_> {
    index(&arena, limit, log, query, recent).await
}
