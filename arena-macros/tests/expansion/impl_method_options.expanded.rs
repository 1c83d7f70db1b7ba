//! The options of a method override those of its `impl`.
impl Service {
    fn find(&self) -> usize {
        let (run, token) = arenas::__private::ScopeRun::of_call({
            static __REQUEST_ARENA_SITE: arenas::Site = arenas::Site::new(
                    "find",
                    ::core::module_path!(),
                    ::core::file!(),
                    ::core::line!(),
                )
                .with_limit(2097152usize);
            &__REQUEST_ARENA_SITE
        });
        #[allow(
            clippy::implicit_return,
            clippy::result_large_err,
            reason = "said of the function"
        )]
        let body = arenas::__private::takes_1(
            &token,
            move |token| -> usize {
                #[allow(clippy::shadow_reuse, clippy::shadow_same)]
                #[allow(clippy::used_underscore_binding)]
                let mut arena = arenas::__private::ArenaToken::enter(token);
                #[allow(clippy::shadow_reuse, clippy::shadow_same)]
                let arena: Arena<'_> = arenas::__private::OpenArena::arena(&mut arena);
                match () {
                    () => arena.alloc_str(&self.name).len(),
                }
            },
        );
        let result = body(token);
        let outcome = arenas::__private::Outcome::Returned;
        run.end(outcome);
        return result;
    }
    fn name(&self) -> String {
        let (run, token) = arenas::__private::ScopeRun::of_call({
            static __REQUEST_ARENA_SITE: arenas::Site = arenas::Site::new(
                    "name",
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
        let body = arenas::__private::takes_1(
            &token,
            move |token| -> (_, _) {
                #[allow(clippy::shadow_reuse, clippy::shadow_same)]
                #[allow(clippy::used_underscore_binding)]
                let mut arena = arenas::__private::ArenaToken::enter(token);
                let place = arenas::__private::OpenArena::place(&arena);
                let handle = arenas::__private::OpenArena::arena(&mut arena);
                #[allow(clippy::result_large_err, reason = "said of the function")]
                let body = arenas::__private::turns_1(move |
                    #[allow(clippy::shadow_unrelated)]
                    #[allow(clippy::shadow_reuse, clippy::shadow_same)]
                    arena: Arena<'_>,
                | -> &'_ str {
                    match () {
                        () => arena.alloc_str(&self.name),
                    }
                });
                let result = body(handle);
                let outcome = arenas::__private::Outcome::Returned;
                let way = {
                    use arenas::__private::into::{
                        PlainWay as _, ResponseWay as _, ResultWay as _,
                    };
                    (&arenas::__private::into::Target::<_, String>::of(&result))
                        .__request_arena_way()
                };
                let result = way
                    .turn_outward(
                        result,
                        place,
                        ::core::convert::Into::into,
                        ::core::convert::Into::into,
                    );
                return (
                    way.prepare(result, ::core::convert::Into::<String>::into),
                    outcome,
                );
            },
        );
        let (result, outcome) = body(token);
        run.end(outcome);
        return arenas::__private::Prepared::respond(result);
    }
    fn both(&self) -> u8 {
        let (run, token) = arenas::__private::ScopeRun::of_call({
            static __REQUEST_ARENA_SITE: arenas::Site = arenas::Site::new(
                    "both",
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
        let body = arenas::__private::takes_1(
            &token,
            move |token| -> u8 {
                #[allow(clippy::shadow_reuse, clippy::shadow_same)]
                #[allow(clippy::used_underscore_binding)]
                let mut arena = arenas::__private::ArenaToken::enter(token);
                #[allow(clippy::shadow_reuse, clippy::shadow_same)]
                let arena: Arena<'_> = arenas::__private::OpenArena::arena(&mut arena);
                match () {
                    () => *arena.alloc(2),
                }
            },
        );
        let result = body(token);
        let outcome = arenas::__private::Outcome::Returned;
        run.end(outcome);
        return result;
    }
}
