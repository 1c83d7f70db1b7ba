fn lengths() {
    texts
        .map(|text: _| {
            let (run, token) = ::request_arena::__private::ScopeRun::of_call({
                static __REQUEST_ARENA_SITE: ::request_arena::Site = ::request_arena::Site::new(
                    ::core::concat!(
                        "closure at ", ::core::file!(), ":", ::core::line!()
                    ),
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
                &text,
                |token, #[allow(clippy::shadow_reuse, clippy::shadow_same)] text| {
                    #[allow(clippy::shadow_reuse, clippy::shadow_same)]
                    #[allow(clippy::used_underscore_binding)]
                    let mut arena = ::request_arena::__private::ArenaToken::enter(token);
                    #[allow(clippy::shadow_reuse, clippy::shadow_same)]
                    let arena: ::request_arena::Arena<'_> = ::request_arena::__private::OpenArena::arena(
                        &mut arena,
                    );
                    match () {
                        () => arena.alloc_str(text).len(),
                    }
                },
            );
            let result = body(token, text);
            let outcome = {
                use ::request_arena::__private::{AnyOutcome as _, ResultOutcome as _};
                (&::request_arena::__private::Ended(&result)).__request_arena_outcome()
            };
            run.end(outcome);
            return result;
        });
}
