//! An expression answers the limit of an `async` function.

#[request_arena(limit = "1 MiB", on_limit = StatusCode::PAYLOAD_TOO_LARGE)]
async fn copy(arena: Arena<'_>, body: Bytes) -> StatusCode {
    let copy = arena.alloc_slice_copy(&body);
    store(copy).await;
    StatusCode::CREATED
}
