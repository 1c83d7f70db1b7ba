//! The function returns a boxed `async` block with a span around it.
impl Service<Request> for Server {
    type Future = BoxFuture<'static, Result<Response, Infallible>>;
    fn call(&mut self, request: Request) -> Self::Future {
        Box::pin(
            ::request_arena::__private::future(
                {
                    static __REQUEST_ARENA_SITE: ::request_arena::Site = ::request_arena::Site::new(
                        "call",
                        ::core::module_path!(),
                        ::core::file!(),
                        ::core::line!(),
                    );
                    &__REQUEST_ARENA_SITE
                },
                async move {
                    #[allow(clippy::shadow_reuse, clippy::shadow_same)]
                    #[allow(clippy::used_underscore_binding)]
                    let mut arena = ::request_arena::__private::opened();
                    #[allow(clippy::shadow_reuse, clippy::shadow_same)]
                    let arena: Arena<'_> = ::request_arena::__private::OpenArena::arena(
                        &mut arena,
                    );
                    match () {
                        () => Ok(Response::of(arena.alloc_str(request.path()).len())),
                    }
                },
                |result| {
                    use ::request_arena::__private::{
                        AnyOutcome as _, ResultOutcome as _,
                    };
                    (&::request_arena::__private::Ended(result))
                        .__request_arena_outcome()
                },
            ),
        )
    }
}
fn traced(id: u32) -> Pin<Box<dyn Future<Output = u32> + Send>> {
    Box::pin(
        ::request_arena::__private::future(
                {
                    static __REQUEST_ARENA_SITE: ::request_arena::Site = ::request_arena::Site::new(
                        "traced",
                        ::core::module_path!(),
                        ::core::file!(),
                        ::core::line!(),
                    );
                    &__REQUEST_ARENA_SITE
                },
                async {
                    #[allow(clippy::shadow_reuse, clippy::shadow_same)]
                    #[allow(clippy::used_underscore_binding)]
                    let mut arena = ::request_arena::__private::opened();
                    #[allow(clippy::shadow_reuse, clippy::shadow_same)]
                    let arena: Arena<'_> = ::request_arena::__private::OpenArena::arena(
                        &mut arena,
                    );
                    if false {
                        return ::request_arena::__private::typed::<u32>();
                    }
                    match () {
                        () => *arena.alloc(id),
                    }
                },
                ::request_arena::__private::returned,
            )
            .instrument(span(id)),
    )
}
