//! The `async` block that a function returns is boxed, and has a span around it.
impl Service<Request> for Server {
    type Future = BoxFuture<'static, Result<Response, Infallible>>;
    fn call(&mut self, request: Request) -> Self::Future {
        Box::pin(async move {
            let (visit, opener) = ::request_arena::__private::Visit::of_future({
                static __REQUEST_ARENA_SITE: ::request_arena::Site = ::request_arena::Site::new(
                    "call",
                    ::core::module_path!(),
                    ::core::file!(),
                    ::core::line!(),
                );
                &__REQUEST_ARENA_SITE
            });
            let result = visit
                .watch(async move {
                    let mut arena = opener.enter();
                    #[allow(
                        clippy::shadow_reuse,
                        clippy::shadow_same,
                        clippy::shadow_unrelated,
                        clippy::used_underscore_binding,
                        reason = "the handle has the name of its owner, so that the compiler's messages are about the arena"
                    )]
                    let arena: Arena<'_> = arena.arena();
                    match () {
                        () => Ok(Response::of(arena.alloc_str(request.path()).len())),
                    }
                })
                .await;
            let outcome = {
                use ::request_arena::__private::{AnyOutcome as _, ResultOutcome as _};
                (&::request_arena::__private::Ended(&result)).scope_outcome()
            };
            visit.end(outcome);
            result
        })
    }
}
fn traced(id: u32) -> Pin<Box<dyn Future<Output = u32> + Send>> {
    Box::pin(
        async move {
            let (visit, opener) = ::request_arena::__private::Visit::of_future({
                static __REQUEST_ARENA_SITE: ::request_arena::Site = ::request_arena::Site::new(
                    "traced",
                    ::core::module_path!(),
                    ::core::file!(),
                    ::core::line!(),
                );
                &__REQUEST_ARENA_SITE
            });
            let result = visit
                .watch(async move {
                    #[allow(
                        unreachable_code,
                        clippy::diverging_sub_expression,
                        clippy::empty_loop,
                        clippy::let_unit_value,
                        clippy::let_with_type_underscore,
                        clippy::needless_return,
                        clippy::unreachable,
                        reason = "never runs: it tells the compiler the result type of the function"
                    )]
                    if false {
                        let result: u32 = loop {};
                        return result;
                    }
                    let mut arena = opener.enter();
                    #[allow(
                        clippy::shadow_reuse,
                        clippy::shadow_same,
                        clippy::shadow_unrelated,
                        clippy::used_underscore_binding,
                        reason = "the handle has the name of its owner, so that the compiler's messages are about the arena"
                    )]
                    let arena: Arena<'_> = arena.arena();
                    match () {
                        () => *arena.alloc(id),
                    }
                })
                .await;
            let outcome = {
                use ::request_arena::__private::{AnyOutcome as _, ResultOutcome as _};
                (&::request_arena::__private::Ended(&result)).scope_outcome()
            };
            visit.end(outcome);
            result
        }
            .instrument(span(id)),
    )
}
