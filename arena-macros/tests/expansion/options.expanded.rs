//! The options of the site: sizes are texts with a unit, or constants.
fn import(rows: &[Row]) -> usize {
    let (run, token) = ::request_arena::__private::ScopeRun::of_call({
        static __REQUEST_ARENA_SITE: ::request_arena::Site = ::request_arena::Site::new(
                "import.rows",
                ::core::module_path!(),
                ::core::file!(),
                ::core::line!(),
            )
            .with_limit(8388608usize)
            .with_soft_limit(1048576usize)
            .with_initial(64 << 10);
        &__REQUEST_ARENA_SITE
    });
    #[allow(
        clippy::implicit_return,
        clippy::result_large_err,
        reason = "said of the function"
    )]
    let body = ::request_arena::__private::takes_2(
        &token,
        &rows,
        |token, #[allow(clippy::shadow_reuse, clippy::shadow_same)] rows| -> usize {
            #[allow(clippy::shadow_reuse, clippy::shadow_same)]
            #[allow(clippy::used_underscore_binding)]
            let mut arena = ::request_arena::__private::ArenaToken::enter(token);
            #[allow(clippy::shadow_reuse, clippy::shadow_same)]
            let arena: Arena<'_> = ::request_arena::__private::OpenArena::arena(
                &mut arena,
            );
            match () {
                () => arena.alloc_slice_copy(rows).len(),
            }
        },
    );
    let result = body(token, rows);
    let outcome = ::request_arena::__private::Outcome::Returned;
    run.end(outcome);
    return result;
}
fn limited() -> impl ::core::future::Future<Output = u8> {
    #[allow(clippy::implicit_return, reason = "the user's is not the function's")]
    return ::request_arena::__private::future(
        {
            static __REQUEST_ARENA_SITE: ::request_arena::Site = ::request_arena::Site::new(
                    "limited",
                    ::core::module_path!(),
                    ::core::file!(),
                    ::core::line!(),
                )
                .with_limit(LIMIT);
            &__REQUEST_ARENA_SITE
        },
        async move {
            #[allow(clippy::shadow_reuse, clippy::shadow_same)]
            #[allow(clippy::used_underscore_binding)]
            let mut arena = ::request_arena::__private::opened();
            #[allow(clippy::shadow_reuse, clippy::shadow_same)]
            let arena: Arena<'_> = ::request_arena::__private::OpenArena::arena(
                &mut arena,
            );
            if false {
                return ::request_arena::__private::typed::<u8>();
            }
            match () {
                () => *arena.alloc(1),
            }
        },
        ::request_arena::__private::returned,
    );
}
