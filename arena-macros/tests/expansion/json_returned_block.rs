//! A body that is parsed at the start of the `async` block that a function returns.
#[request_arena(into = Response)]
fn create(arena: Arena<'_>, #[json] order: Order<'_>) -> impl Future<Output = Json<Receipt<'_>>> {
    let begin = Instant::now();
    async move { Json(receipt(&arena, order, begin)) }
}
