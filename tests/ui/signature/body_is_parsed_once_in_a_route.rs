use axum::Router;
use axum::response::Response;
use axum::routing::post;
use request_arena::{Arena, request_arena};

#[request_arena(into = Response)]
async fn create<'a>(_arena: Arena<'a>, #[json] name: &'a str, #[json] _price: u32) -> &'a str {
    name
}

fn main() {
    let _router: Router = Router::new().route("/orders", post(create));
}
