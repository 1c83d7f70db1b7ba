//! An `async` function with a result that borrows from the arena, until `into` converts it.

#[request_arena(into = axum::response::Response)]
async fn search(arena: Arena<'_>, query: String) -> Result<Json<Hits<'_>>, Error> {
    let hits = index(&arena, &query).await?;
    Ok(Json(hits))
}
