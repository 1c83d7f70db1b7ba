//! A function that does not return: it ends by a panic, or when its future is dropped.
fn serve() -> ! {
    let (run, token) = ::request_arena::__private::ScopeRun::of_call({
        static __REQUEST_ARENA_SITE: ::request_arena::Site = ::request_arena::Site::new(
            "serve",
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
        |token| -> ! {
            #[allow(clippy::shadow_reuse, clippy::shadow_same)]
            #[allow(clippy::used_underscore_binding)]
            let mut arena = ::request_arena::__private::ArenaToken::enter(token);
            #[allow(clippy::shadow_reuse, clippy::shadow_same)]
            let arena: Arena<'_> = ::request_arena::__private::OpenArena::arena(
                &mut arena,
            );
            match () {
                () => {
                    loop {
                        step(&arena);
                    }
                }
            }
        },
    );
    body(token)
}
async fn serve_for_ever() -> ! {
    ::request_arena::__private::future(
            {
                static __REQUEST_ARENA_SITE: ::request_arena::Site = ::request_arena::Site::new(
                    "serve_for_ever",
                    ::core::module_path!(),
                    ::core::file!(),
                    ::core::line!(),
                );
                &__REQUEST_ARENA_SITE
            },
            async move {
                #[allow(clippy::shadow_reuse, clippy::shadow_same)]
                #[allow(clippy::used_underscore_binding)]
                let mut arena = ::request_arena::__private::opened();
                #[allow(clippy::shadow_reuse, clippy::shadow_same)]
                let mut arena: Arena<'_> = ::request_arena::__private::OpenArena::arena(
                    &mut arena,
                );
                match () {
                    () => {
                        loop {
                            next(&mut arena).await;
                        }
                    }
                }
            },
            ::request_arena::__private::returned,
        )
        .await
}
