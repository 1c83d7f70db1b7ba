//! The arena's lifetime has a name, which callers do not see.
fn longest<'t>(text: &'t str) -> &'t str {
    let (run, token) = ::request_arena::__private::ScopeRun::of_call({
        static __REQUEST_ARENA_SITE: ::request_arena::Site = ::request_arena::Site::new(
            "longest",
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
        |token, #[allow(clippy::shadow_reuse, clippy::shadow_same)] text| -> &'t str {
            #[allow(clippy::shadow_reuse, clippy::shadow_same)]
            #[allow(clippy::used_underscore_binding)]
            let mut arena = ::request_arena::__private::ArenaToken::enter(token);
            #[allow(clippy::shadow_reuse, clippy::shadow_same)]
            let arena: Arena<'_> = ::request_arena::__private::OpenArena::arena(
                &mut arena,
            );
            match () {
                () => {
                    let words: &'_ [&'t str] = arena.alloc_from_iter(text.split(' '));
                    words
                        .iter()
                        .max_by_key(|word| word.len())
                        .copied()
                        .unwrap_or_default()
                }
            }
        },
    );
    let result = body(token, text);
    let outcome = ::request_arena::__private::Outcome::Returned;
    run.end(outcome);
    return result;
}
fn sum(numbers: Vec<u32>) -> impl ::core::future::Future<Output = u32> {
    #[allow(clippy::implicit_return, reason = "the user's is not the function's")]
    return ::request_arena::__private::future(
        {
            static __REQUEST_ARENA_SITE: ::request_arena::Site = ::request_arena::Site::new(
                "sum",
                ::core::module_path!(),
                ::core::file!(),
                ::core::line!(),
            );
            &__REQUEST_ARENA_SITE
        },
        async move {
            #[allow(clippy::shadow_reuse, clippy::shadow_same)]
            let numbers = ::request_arena::__private::Whole(numbers).0;
            #[allow(clippy::shadow_reuse, clippy::shadow_same)]
            #[allow(clippy::used_underscore_binding)]
            let mut arena = ::request_arena::__private::opened();
            #[allow(clippy::shadow_reuse, clippy::shadow_same)]
            let arena: Arena<'_> = ::request_arena::__private::OpenArena::arena(
                &mut arena,
            );
            if false {
                return ::request_arena::__private::typed::<u32>();
            }
            match () {
                () => {
                    let copy: &'_ mut [u32] = arena.alloc_slice_copy(&numbers);
                    copy.iter().sum()
                }
            }
        },
        ::request_arena::__private::returned,
    );
}
