//! The result of the body borrows from the arena, and `into` converts it inside the scope.
fn hyphenate(text: &str) -> String {
    let (run, token) = ::request_arena::__private::ScopeRun::of_call({
        static __REQUEST_ARENA_SITE: ::request_arena::Site = ::request_arena::Site::new(
            "hyphenate",
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
        |token, #[allow(clippy::shadow_reuse, clippy::shadow_same)] text| -> (_, _) {
            #[allow(clippy::shadow_reuse, clippy::shadow_same)]
            #[allow(clippy::used_underscore_binding)]
            let mut arena = ::request_arena::__private::ArenaToken::enter(token);
            let place = ::request_arena::__private::OpenArena::place(&arena);
            let handle = ::request_arena::__private::OpenArena::arena(&mut arena);
            #[allow(clippy::result_large_err, reason = "said of the function")]
            let body = ::request_arena::__private::turns_2(
                &text,
                |
                    #[allow(clippy::shadow_unrelated)]
                    #[allow(clippy::shadow_reuse, clippy::shadow_same)]
                    arena: Arena<'_>,
                    #[allow(clippy::shadow_reuse, clippy::shadow_same)]
                    text,
                | -> Words<'_> {
                    match () {
                        () => Words(arena.alloc_from_iter(text.split(' '))),
                    }
                },
            );
            let result = body(handle, text);
            let outcome = {
                use ::request_arena::__private::{AnyOutcome as _, ResultOutcome as _};
                (&::request_arena::__private::Ended(&result)).__request_arena_outcome()
            };
            let way = {
                use ::request_arena::__private::into::{
                    PlainWay as _, ResponseWay as _, ResultWay as _,
                };
                (&::request_arena::__private::into::Target::<_, String>::of(&result))
                    .__request_arena_way()
            };
            let result = way
                .turn_outward(
                    result,
                    place,
                    ::core::convert::Into::into,
                    ::core::convert::Into::into,
                );
            return (way.prepare(result, ::core::convert::Into::<String>::into), outcome);
        },
    );
    let (result, outcome) = body(token, text);
    run.end(outcome);
    return ::request_arena::__private::Prepared::respond(result);
}
