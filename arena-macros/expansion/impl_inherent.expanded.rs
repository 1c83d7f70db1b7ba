//! An `impl` block: its methods with an arena are annotated, and the others stay as they are.
impl<S: Store> Service<S> {
    const PAGE: usize = 20;
    pub async fn search(&self, query: &str) -> usize {
        let (visit, opener) = ::request_arena::__private::Visit::of_future({
            static __REQUEST_ARENA_SITE: ::request_arena::Site = ::request_arena::Site::new(
                    "search",
                    ::core::module_path!(),
                    ::core::file!(),
                    ::core::line!(),
                )
                .with_limit(1048576usize);
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
                    let result: usize = loop {};
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
                    () => self.index(&arena, query).len(),
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
    fn rank(weights: &[f32]) -> f32 {
        let (visit, opener) = ::request_arena::__private::Visit::of_call({
            static __REQUEST_ARENA_SITE: ::request_arena::Site = ::request_arena::Site::new(
                    "rank",
                    ::core::module_path!(),
                    ::core::file!(),
                    ::core::line!(),
                )
                .with_limit(1048576usize);
            &__REQUEST_ARENA_SITE
        });
        let result = ::request_arena::__private::call(move || -> f32 {
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
                () => arena.alloc_slice_copy(weights).iter().sum(),
            }
        });
        let outcome = {
            use ::request_arena::__private::{AnyOutcome as _, ResultOutcome as _};
            (&::request_arena::__private::Ended(&result)).scope_outcome()
        };
        visit.end(outcome);
        result
    }
    fn index<'a>(&self, arena: &Arena<'a>, query: &str) -> &'a [u32] {
        arena.alloc_slice_fill_copy(Self::PAGE, query.len() as u32)
    }
}
