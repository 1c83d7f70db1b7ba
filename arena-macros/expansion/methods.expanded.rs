//! Methods, each annotated by itself.
impl Service {
    pub fn find(&self, key: &str) -> Option<&Row> {
        let (visit, opener) = ::request_arena::__private::Visit::of_call({
            static __REQUEST_ARENA_SITE: ::request_arena::Site = ::request_arena::Site::new(
                "find",
                ::core::module_path!(),
                ::core::file!(),
                ::core::line!(),
            );
            &__REQUEST_ARENA_SITE
        });
        let result = ::request_arena::__private::call(move || -> Option<&Row> {
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
                () => self.rows.get(arena.alloc_str(key)),
            }
        });
        let outcome = {
            use ::request_arena::__private::{AnyOutcome as _, ResultOutcome as _};
            (&::request_arena::__private::Ended(&result)).scope_outcome()
        };
        visit.end(outcome);
        result
    }
    async fn update(&mut self, key: &str) -> usize {
        let (visit, opener) = ::request_arena::__private::Visit::of_future({
            static __REQUEST_ARENA_SITE: ::request_arena::Site = ::request_arena::Site::new(
                "update",
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
                    () => self.rows.insert(arena.alloc_str(key)).await,
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
    async fn serve(self: Arc<Self>, request: Request) -> Response {
        let (visit, opener) = ::request_arena::__private::Visit::of_future({
            static __REQUEST_ARENA_SITE: ::request_arena::Site = ::request_arena::Site::new(
                "serve",
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
                    let result: Response = loop {};
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
                    () => self.answer(arena.alloc(request.number())).await,
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
    fn poll_next(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Self::Item>> {
        let (visit, opener) = ::request_arena::__private::Visit::of_call({
            static __REQUEST_ARENA_SITE: ::request_arena::Site = ::request_arena::Site::new(
                "poll_next",
                ::core::module_path!(),
                ::core::file!(),
                ::core::line!(),
            );
            &__REQUEST_ARENA_SITE
        });
        let result = ::request_arena::__private::call(move || -> Poll<
            Option<Self::Item>,
        > {
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
                () => self.get_mut().inner.poll(&arena, context),
            }
        });
        let outcome = {
            use ::request_arena::__private::{AnyOutcome as _, ResultOutcome as _};
            (&::request_arena::__private::Ended(&result)).scope_outcome()
        };
        visit.end(outcome);
        result
    }
    fn without(&self) -> usize {
        self.rows.len()
    }
}
