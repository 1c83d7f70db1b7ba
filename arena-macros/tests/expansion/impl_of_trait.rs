//! The `impl` of a trait.

#[request_arena]
impl Handler<Request> for Search {
    type Output = Response;

    async fn handle(&self, request: Request, arena: Arena<'_>) -> Self::Output {
        self.answer(arena.alloc_str(request.query())).await
    }

    fn name(&self) -> &'static str {
        "search"
    }
}
