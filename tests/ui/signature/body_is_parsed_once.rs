use axum::response::Response;
use request_arena::{Arena, request_arena};

#[request_arena(into = Response)]
async fn create(_arena: Arena<'_>, #[json] name: &str, #[json] price: u32) -> String {
    format!("{name} costs {price}")
}

fn main() {}
