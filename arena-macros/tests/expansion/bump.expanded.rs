//! The arena as a plain `&Bump`.
fn parse(text: &str) -> usize {
    let (run, token) = ::request_arena::__private::ScopeRun::of_call({
        static __REQUEST_ARENA_SITE: ::request_arena::Site = ::request_arena::Site::new(
            "parse",
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
        |token, #[allow(clippy::shadow_reuse, clippy::shadow_same)] text| -> usize {
            #[allow(clippy::shadow_reuse, clippy::shadow_same)]
            #[allow(clippy::used_underscore_binding)]
            let mut bump = ::request_arena::__private::ArenaToken::enter(token);
            #[allow(clippy::shadow_reuse, clippy::shadow_same)]
            let bump: &Bump = ::request_arena::__private::OpenArena::bump(&mut bump);
            match () {
                () => bump.alloc_str(text).len(),
            }
        },
    );
    let result = body(token, text);
    let outcome = ::request_arena::__private::Outcome::Returned;
    run.end(outcome);
    return result;
}
fn named(text: &str) -> usize {
    let (run, token) = ::request_arena::__private::ScopeRun::of_call({
        static __REQUEST_ARENA_SITE: ::request_arena::Site = ::request_arena::Site::new(
            "named",
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
        |token, #[allow(clippy::shadow_reuse, clippy::shadow_same)] text| -> usize {
            #[allow(clippy::shadow_reuse, clippy::shadow_same)]
            #[allow(clippy::used_underscore_binding)]
            let mut bump = ::request_arena::__private::ArenaToken::enter(token);
            #[allow(clippy::shadow_reuse, clippy::shadow_same)]
            let bump: &'_ bumpalo::Bump = ::request_arena::__private::OpenArena::bump(
                &mut bump,
            );
            match () {
                () => {
                    let copy: &'_ str = bump.alloc_str(text);
                    copy.len()
                }
            }
        },
    );
    let result = body(token, text);
    let outcome = ::request_arena::__private::Outcome::Returned;
    run.end(outcome);
    return result;
}
