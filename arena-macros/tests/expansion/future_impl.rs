//! The function returns an `async` block: the scope is inside the block.

#[request_arena]
fn search(arena: Arena<'_>, query: String) -> impl Future<Output = Result<usize, Error>> + Send {
    async move {
        let query = arena.alloc_str(&query);
        Ok(index(query).await?.len())
    }
}
