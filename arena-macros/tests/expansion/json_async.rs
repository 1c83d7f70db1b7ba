//! A body and a query that are parsed in the scope of an `async` function.
#[request_arena(on_reject = |rejection| rejection.to_string())]
async fn create(
    arena: Arena<'_>,
    #[json]
    #[allow(unused)]
    mut order: Order<'_>,
    #[query] page: Page<'_>,
) -> String {
    order.text(page)
}
