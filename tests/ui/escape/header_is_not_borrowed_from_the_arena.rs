use axum::{http::HeaderValue, response::Response};
use request_arena::{Arena, request_arena};

#[request_arena]
async fn page(arena: Arena<'_>, mut response: Response, version: u32) -> Response {
    let tag = request_arena::format!(in arena, "\"{version}\"");
    response.headers_mut().insert("etag", HeaderValue::from_static(tag));
    response
}

fn main() {
    drop(page(Response::default(), 1));
}
