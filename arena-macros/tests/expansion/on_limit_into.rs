//! With `into`, the answer to the limit has the type of `into`.

#[request_arena(
    into = Response,
    limit = "1 MiB",
    on_limit = StatusCode::PAYLOAD_TOO_LARGE.into_response()
)]
async fn search(arena: Arena<'_>, query: String) -> Json<Hits<'_>> {
    Json(index(&arena, &query).await)
}

#[request_arena(into = String, limit = "1 MiB", on_limit = |error| error.to_string())]
fn name<'a>(arena: Arena<'a>, text: &str) -> &'a str {
    arena.alloc_str(text)
}
