//! Statements before the `async` block run at the call, without an arena.

#[request_arena]
fn search(&self, arena: Arena<'_>, query: &str) -> impl Future<Output = usize> + use<> {
    let index = Arc::clone(&self.index);
    let query = query.to_owned();
    async move { index.search(arena.alloc_str(&query)).await }
}
