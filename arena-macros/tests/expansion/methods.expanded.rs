//! Methods, each with its own annotation.
impl Service {
    pub fn find(&self, key: &str) -> Option<&Row> {
        let (run, token) = ::request_arena::__private::ScopeRun::of_call({
            static __REQUEST_ARENA_SITE: ::request_arena::Site = ::request_arena::Site::new(
                "find",
                ::core::module_path!(),
                ::core::file!(),
                ::core::line!(),
            );
            &__REQUEST_ARENA_SITE
        });
        #[allow(
            clippy::implicit_return,
            clippy::result_large_err,
            reason = "said of the function"
        )]
        let body = ::request_arena::__private::takes_2(
            &token,
            &key,
            move |
                token,
                #[allow(clippy::shadow_reuse, clippy::shadow_same)]
                key,
            | -> Option<&Row> {
                #[allow(clippy::shadow_reuse, clippy::shadow_same)]
                #[allow(clippy::used_underscore_binding)]
                let mut arena = ::request_arena::__private::ArenaToken::enter(token);
                #[allow(clippy::shadow_reuse, clippy::shadow_same)]
                let arena: Arena<'_> = ::request_arena::__private::OpenArena::arena(
                    &mut arena,
                );
                match () {
                    () => self.rows.get(arena.alloc_str(key)),
                }
            },
        );
        let result = body(token, key);
        let outcome = {
            use ::request_arena::__private::{AnyOutcome as _, ResultOutcome as _};
            (&::request_arena::__private::Ended(&result)).__request_arena_outcome()
        };
        run.end(outcome);
        return result;
    }
    fn update(&mut self, key: &str) -> impl ::core::future::Future<Output = usize> {
        #[allow(clippy::implicit_return, reason = "the user's is not the function's")]
        return ::request_arena::__private::future(
            {
                static __REQUEST_ARENA_SITE: ::request_arena::Site = ::request_arena::Site::new(
                    "update",
                    ::core::module_path!(),
                    ::core::file!(),
                    ::core::line!(),
                );
                &__REQUEST_ARENA_SITE
            },
            async move {
                #[allow(clippy::shadow_reuse, clippy::shadow_same)]
                let key = key;
                #[allow(clippy::shadow_reuse, clippy::shadow_same)]
                #[allow(clippy::used_underscore_binding)]
                let mut arena = ::request_arena::__private::opened();
                #[allow(clippy::shadow_reuse, clippy::shadow_same)]
                let arena: Arena<'_> = ::request_arena::__private::OpenArena::arena(
                    &mut arena,
                );
                if false {
                    return ::request_arena::__private::typed::<usize>();
                }
                match () {
                    () => self.rows.insert(arena.alloc_str(key)).await,
                }
            },
            ::request_arena::__private::returned,
        );
    }
    fn serve(
        self: Arc<Self>,
        request: Request,
    ) -> impl ::core::future::Future<Output = Response> {
        #[allow(clippy::implicit_return, reason = "the user's is not the function's")]
        return ::request_arena::__private::future(
            {
                static __REQUEST_ARENA_SITE: ::request_arena::Site = ::request_arena::Site::new(
                    "serve",
                    ::core::module_path!(),
                    ::core::file!(),
                    ::core::line!(),
                );
                &__REQUEST_ARENA_SITE
            },
            async move {
                let _ = &self;
                #[allow(clippy::shadow_reuse, clippy::shadow_same)]
                let request = request;
                #[allow(clippy::shadow_reuse, clippy::shadow_same)]
                #[allow(clippy::used_underscore_binding)]
                let mut arena = ::request_arena::__private::opened();
                #[allow(clippy::shadow_reuse, clippy::shadow_same)]
                let arena: Arena<'_> = ::request_arena::__private::OpenArena::arena(
                    &mut arena,
                );
                if false {
                    return ::request_arena::__private::typed::<Response>();
                }
                match () {
                    () => self.answer(arena.alloc(request.number())).await,
                }
            },
            |result| {
                use ::request_arena::__private::{AnyOutcome as _, ResultOutcome as _};
                (&::request_arena::__private::Ended(result)).__request_arena_outcome()
            },
        );
    }
    fn poll_next(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Self::Item>> {
        let (run, token) = ::request_arena::__private::ScopeRun::of_call({
            static __REQUEST_ARENA_SITE: ::request_arena::Site = ::request_arena::Site::new(
                "poll_next",
                ::core::module_path!(),
                ::core::file!(),
                ::core::line!(),
            );
            &__REQUEST_ARENA_SITE
        });
        #[allow(
            clippy::implicit_return,
            clippy::result_large_err,
            reason = "said of the function"
        )]
        let body = ::request_arena::__private::takes_2(
            &token,
            &context,
            |
                token,
                #[allow(clippy::shadow_reuse, clippy::shadow_same)]
                context,
            | -> Poll<Option<Self::Item>> {
                #[allow(clippy::shadow_reuse, clippy::shadow_same)]
                #[allow(clippy::used_underscore_binding)]
                let mut arena = ::request_arena::__private::ArenaToken::enter(token);
                #[allow(clippy::shadow_reuse, clippy::shadow_same)]
                let arena: Arena<'_> = ::request_arena::__private::OpenArena::arena(
                    &mut arena,
                );
                match () {
                    () => self.get_mut().inner.poll(&arena, context),
                }
            },
        );
        let result = body(token, context);
        let outcome = {
            use ::request_arena::__private::{AnyOutcome as _, ResultOutcome as _};
            (&::request_arena::__private::Ended(&result)).__request_arena_outcome()
        };
        run.end(outcome);
        return result;
    }
    fn without(&self) -> usize {
        self.rows.len()
    }
}
