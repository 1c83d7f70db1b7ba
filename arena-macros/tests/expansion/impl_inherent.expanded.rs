//! An `impl` block: its methods with an arena get a scope, and the others stay the same.
impl<S: Store> Service<S> {
    const PAGE: usize = 20;
    pub fn search(&self, query: &str) -> impl ::core::future::Future<Output = usize> {
        #[allow(clippy::implicit_return, reason = "the user's is not the function's")]
        return ::request_arena::__private::future(
            {
                static __REQUEST_ARENA_SITE: ::request_arena::Site = ::request_arena::Site::new(
                        "search",
                        ::core::module_path!(),
                        ::core::file!(),
                        ::core::line!(),
                    )
                    .with_limit(1048576usize);
                &__REQUEST_ARENA_SITE
            },
            async move {
                #[allow(clippy::shadow_reuse, clippy::shadow_same)]
                let query = query;
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
                    () => self.index(&arena, query).len(),
                }
            },
            ::request_arena::__private::returned,
        );
    }
    fn rank(weights: &[f32]) -> f32 {
        let (run, token) = ::request_arena::__private::ScopeRun::of_call({
            static __REQUEST_ARENA_SITE: ::request_arena::Site = ::request_arena::Site::new(
                    "rank",
                    ::core::module_path!(),
                    ::core::file!(),
                    ::core::line!(),
                )
                .with_limit(1048576usize);
            &__REQUEST_ARENA_SITE
        });
        #[allow(
            clippy::implicit_return,
            clippy::result_large_err,
            reason = "said of the function"
        )]
        let body = ::request_arena::__private::takes_2(
            &token,
            &weights,
            |token, #[allow(clippy::shadow_reuse, clippy::shadow_same)] weights| -> f32 {
                #[allow(clippy::shadow_reuse, clippy::shadow_same)]
                #[allow(clippy::used_underscore_binding)]
                let mut arena = ::request_arena::__private::ArenaToken::enter(token);
                #[allow(clippy::shadow_reuse, clippy::shadow_same)]
                let arena: Arena<'_> = ::request_arena::__private::OpenArena::arena(
                    &mut arena,
                );
                match () {
                    () => arena.alloc_slice_copy(weights).iter().sum(),
                }
            },
        );
        let result = body(token, weights);
        let outcome = ::request_arena::__private::Outcome::Returned;
        run.end(outcome);
        return result;
    }
    fn index<'a>(&self, arena: &Arena<'a>, query: &str) -> &'a [u32] {
        arena.alloc_slice_fill_copy(Self::PAGE, query.len() as u32)
    }
}
