//! The function returns a boxed `async` block with a span around it.

impl Service<Request> for Server {
    type Future = BoxFuture<'static, Result<Response, Infallible>>;

    #[request_arena]
    fn call(&mut self, arena: Arena<'_>, request: Request) -> Self::Future {
        Box::pin(async move { Ok(Response::of(arena.alloc_str(request.path()).len())) })
    }
}

#[request_arena]
fn traced(arena: Arena<'_>, id: u32) -> Pin<Box<dyn Future<Output = u32> + Send>> {
    Box::pin(async { *arena.alloc(id) }.instrument(span(id)))
}
