//! A function that does not return: a panic ends it, or being dropped.
fn serve() -> ! {
    let (visit, opener) = ::request_arena::__private::Visit::of_call({
        static __REQUEST_ARENA_SITE: ::request_arena::Site = ::request_arena::Site::new(
            "serve",
            ::core::module_path!(),
            ::core::file!(),
            ::core::line!(),
        );
        &__REQUEST_ARENA_SITE
    });
    ::request_arena::__private::call(move || -> ! {
        let mut arena = opener.enter();
        #[allow(
            clippy::shadow_reuse,
            clippy::shadow_same,
            clippy::shadow_unrelated,
            clippy::used_underscore_binding,
            reason = "the handle has the name of its owner, so that the compiler's messages are about the arena"
        )]
        let arena: Arena<'_> = arena.arena();
        match () {
            () => {
                loop {
                    step(&arena);
                }
            }
        }
    })
}
async fn serve_for_ever() -> ! {
    let (visit, opener) = ::request_arena::__private::Visit::of_future({
        static __REQUEST_ARENA_SITE: ::request_arena::Site = ::request_arena::Site::new(
            "serve_for_ever",
            ::core::module_path!(),
            ::core::file!(),
            ::core::line!(),
        );
        &__REQUEST_ARENA_SITE
    });
    visit
        .watch(async move {
            let mut arena = opener.enter();
            #[allow(
                clippy::shadow_reuse,
                clippy::shadow_same,
                clippy::shadow_unrelated,
                clippy::used_underscore_binding,
                reason = "the handle has the name of its owner, so that the compiler's messages are about the arena"
            )]
            let mut arena: Arena<'_> = arena.arena();
            match () {
                () => {
                    loop {
                        next(&mut arena).await;
                    }
                }
            }
        })
        .await
}
