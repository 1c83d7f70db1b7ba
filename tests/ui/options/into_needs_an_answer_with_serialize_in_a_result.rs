use axum::Json;
use axum::http::StatusCode;
use axum::response::Response;
use request_arena::{Arena, request_arena};

struct Receipt<'a> {
    customer: &'a str,
}

#[request_arena(into = Response)]
async fn create<'a>(
    arena: Arena<'a>,
) -> Result<(StatusCode, Json<Receipt<'a>>), StatusCode> {
    Ok((StatusCode::CREATED, Json(Receipt { customer: arena.alloc_str("Ada") })))
}

fn main() {
    drop(create());
}
