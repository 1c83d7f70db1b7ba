//! An `async` function, whose result borrows from the arena until it is turned.

#[request_arena(into = axum::response::Response)]
async fn search(arena: Arena<'_>, query: String) -> Result<Json<Hits<'_>>, Error> {
    let hits = index(&arena, &query).await?;
    Ok(Json(hits))
}
