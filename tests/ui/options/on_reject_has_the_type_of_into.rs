use axum::http::StatusCode;
use axum::response::Response;
use request_arena::{Arena, request_arena};

#[request_arena(into = Response, on_reject = |_| StatusCode::BAD_REQUEST)]
async fn create(_arena: Arena<'_>, #[json] name: &str) -> String {
    name.to_owned()
}

fn main() {
    drop(create(request_arena::extract::JsonBody::new("1")));
}
