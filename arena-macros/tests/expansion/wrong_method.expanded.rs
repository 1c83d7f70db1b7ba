//! Wrong: one method of an `impl`. The other method expands anyway.
::core::compile_error! {
    "`keep` has two arena parameters: a request has one arena, and `fork()` gives a second handle; if one is something else, mark the request's with `#[arena]`"
}
impl Service {
    #[allow(unused, clippy::all, reason = "stands in for a function with an error")]
    fn keep(&self) -> usize {
        let arena: Arena<'_> = ::request_arena::__private::absent();
        let other: Arena<'_> = ::request_arena::__private::absent();
        { arena.alloc_str("text").len() }
    }
    fn find(&self) -> usize {
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
        let body = ::request_arena::__private::takes_1(
            &token,
            move |token| -> usize {
                #[allow(clippy::shadow_reuse, clippy::shadow_same)]
                #[allow(clippy::used_underscore_binding)]
                let mut arena = ::request_arena::__private::ArenaToken::enter(token);
                #[allow(clippy::shadow_reuse, clippy::shadow_same)]
                let arena: Arena<'_> = ::request_arena::__private::OpenArena::arena(
                    &mut arena,
                );
                match () {
                    () => arena.alloc_str(&self.name).len(),
                }
            },
        );
        let result = body(token);
        let outcome = ::request_arena::__private::Outcome::Returned;
        run.end(outcome);
        return result;
    }
}
