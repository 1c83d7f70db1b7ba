//! Methods, each with its own annotation.

impl Service {
    #[request_arena]
    pub fn find(&self, arena: Arena<'_>, key: &str) -> Option<&Row> {
        self.rows.get(arena.alloc_str(key))
    }

    #[request_arena]
    async fn update(&mut self, arena: Arena<'_>, key: &str) -> usize {
        self.rows.insert(arena.alloc_str(key)).await
    }

    #[request_arena]
    async fn serve(self: Arc<Self>, request: Request, arena: Arena<'_>) -> Response {
        self.answer(arena.alloc(request.number())).await
    }

    #[request_arena]
    fn poll_next(
        self: Pin<&mut Self>,
        arena: Arena<'_>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Self::Item>> {
        self.get_mut().inner.poll(&arena, context)
    }

    fn without(&self) -> usize {
        self.rows.len()
    }
}
