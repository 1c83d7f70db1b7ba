//! An `async` function.

#[request_arena]
pub async fn search(arena: Arena<'_>, query: String) -> Result<Vec<u32>, Error> {
    let query = arena.alloc_str(&query);
    let ids = index(query).await?;
    Ok(ids.to_vec())
}
