//! A body that is parsed in the scope of a function with `into`.
#[request_arena(into = String)]
fn create<'a>(
    arena: &'a Bump,
    #[form] order: Order<'a>,
    #[cfg(test)]
    #[query]
    page: Page<'_>,
) -> &'a str {
    order.customer
}
