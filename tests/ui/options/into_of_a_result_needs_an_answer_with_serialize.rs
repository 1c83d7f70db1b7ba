use axum::http::StatusCode;
use axum::response::Response;
use request_arena::{Arena, Json, request_arena};

struct Receipt<'a> {
    customer: &'a str,
}

#[request_arena(into = Result<Response, StatusCode>)]
async fn create<'a>(arena: Arena<'a>) -> Result<Json<Receipt<'a>>, StatusCode> {
    Ok(Json(Receipt { customer: arena.alloc_str("Ada") }))
}

fn main() {
    drop(create());
}
