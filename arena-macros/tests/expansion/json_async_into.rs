//! A body that is parsed in the scope of an `async` function with `into`.
#[request_arena(into = Response, limit = "1 MiB", on_limit = too_large())]
async fn create<'a>(
    arena: Arena<'a>,
    #[json] Order { customer, items }: Order<'a>,
    State(shop): State<Shop>,
) -> Json<Receipt<'a>> {
    Json(shop.receipt(&arena, customer, items).await)
}
