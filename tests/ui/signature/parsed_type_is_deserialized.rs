use request_arena::extract::{JsonBody, Rejection};
use request_arena::{Arena, request_arena};

struct Order<'a> {
    customer: &'a str,
}

#[request_arena]
fn create(_arena: Arena<'_>, #[json] order: Order<'_>) -> Result<usize, Rejection> {
    Ok(order.customer.len())
}

fn main() {
    drop(create(JsonBody::new("{}")));
}
