//! A body that is parsed in the scope of a function.
#[request_arena]
fn create(arena: Arena<'_>, #[json] order: Order<'_>) -> Result<usize, Error> {
    Ok(order.items.len())
}
