use axum::Json;
use axum::response::Response;
use request_arena::{Arena, DeserializeIn, request_arena};

#[derive(DeserializeIn)]
struct Order<'a> {
    customer: &'a str,
}

#[request_arena(into = Response)]
async fn create<'a>(_arena: Arena<'a>, #[json] Json(order): Json<Order<'a>>) -> &'a str {
    order.customer
}

fn main() {
    drop(create(request_arena::extract::JsonBody::new("{}")));
}
