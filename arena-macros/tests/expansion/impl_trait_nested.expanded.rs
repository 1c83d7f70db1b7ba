//! `impl Trait` inside of the result, and as a parameter.
fn answer(
    parts: impl Iterator<Item = u8>,
) -> impl ::core::future::Future<
    Output = Result<impl IntoResponse, (StatusCode, impl Display)>,
> {
    #[allow(clippy::implicit_return, reason = "the user's is not the function's")]
    return ::request_arena::__private::future(
        {
            static __REQUEST_ARENA_SITE: ::request_arena::Site = ::request_arena::Site::new(
                "answer",
                ::core::module_path!(),
                ::core::file!(),
                ::core::line!(),
            );
            &__REQUEST_ARENA_SITE
        },
        async move {
            #[allow(clippy::shadow_reuse, clippy::shadow_same)]
            let parts = ::request_arena::__private::Whole(parts).0;
            #[allow(clippy::shadow_reuse, clippy::shadow_same)]
            #[allow(clippy::used_underscore_binding)]
            let mut arena = ::request_arena::__private::opened();
            #[allow(clippy::shadow_reuse, clippy::shadow_same)]
            let arena: Arena<'_> = ::request_arena::__private::OpenArena::arena(
                &mut arena,
            );
            if false {
                return ::request_arena::__private::typed::<Result<_, (StatusCode, _)>>();
            }
            match () {
                () => {
                    let parts = arena.alloc_from_iter(parts);
                    Ok(parts.to_vec())
                }
            }
        },
        |result| {
            use ::request_arena::__private::{AnyOutcome as _, ResultOutcome as _};
            (&::request_arena::__private::Ended(result)).__request_arena_outcome()
        },
    );
}
fn pairs() -> (impl Fn(u32) -> u32, usize) {
    #[allow(clippy::shadow_reuse, clippy::shadow_same)]
    #[allow(clippy::used_underscore_binding)]
    let mut arena = ::request_arena::__private::RequestScope::enter({
        static __REQUEST_ARENA_SITE: ::request_arena::Site = ::request_arena::Site::new(
            "pairs",
            ::core::module_path!(),
            ::core::file!(),
            ::core::line!(),
        );
        &__REQUEST_ARENA_SITE
    });
    #[allow(clippy::shadow_reuse, clippy::shadow_same)]
    let arena: Arena<'_> = ::request_arena::__private::RequestScope::arena(&mut arena);
    (|number| number + 1, arena.alloc_str("text").len())
}
