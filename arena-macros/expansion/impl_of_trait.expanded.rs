//! The `impl` of a trait.
impl Handler<Request> for Search {
    type Output = Response;
    async fn handle(&self, request: Request) -> Self::Output {
        let (visit, opener) = ::request_arena::__private::Visit::of_future({
            static __REQUEST_ARENA_SITE: ::request_arena::Site = ::request_arena::Site::new(
                "handle",
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
                    let result: Self::Output = loop {};
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
                    () => self.answer(arena.alloc_str(request.query())).await,
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
    fn name(&self) -> &'static str {
        "search"
    }
}
