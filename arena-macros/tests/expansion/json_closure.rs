//! A body that is parsed in the scope of a closure.
fn routes() -> Router {
    arena_handler!(into = Response, async |arena, #[json] order: Order<'_>| {
        Json(order.receipt(&arena))
    })
}
