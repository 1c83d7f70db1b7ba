//! A closure answers the limit, and gets the error.
fn explain(text: String) -> impl ::core::future::Future<Output = Result<usize, String>> {
    #[allow(clippy::implicit_return, reason = "the user's is not the function's")]
    return ::request_arena::__private::answered(
        ::request_arena::__private::future(
            {
                static __REQUEST_ARENA_SITE: ::request_arena::Site = ::request_arena::Site::new(
                        "explain",
                        ::core::module_path!(),
                        ::core::file!(),
                        ::core::line!(),
                    )
                    .with_limit(1048576usize)
                    .with_limit_answered();
                &__REQUEST_ARENA_SITE
            },
            async move {
                #[allow(clippy::shadow_reuse, clippy::shadow_same)]
                let text = text;
                #[allow(clippy::shadow_reuse, clippy::shadow_same)]
                #[allow(clippy::used_underscore_binding)]
                let mut arena = ::request_arena::__private::opened();
                #[allow(clippy::shadow_reuse, clippy::shadow_same)]
                let arena: Arena<'_> = ::request_arena::__private::OpenArena::arena(
                    &mut arena,
                );
                if false {
                    return ::request_arena::__private::typed::<Result<usize, String>>();
                }
                match () {
                    () => Ok(arena.alloc_str(&text).len()),
                }
            },
            |result| {
                use ::request_arena::__private::{AnyOutcome as _, ResultOutcome as _};
                (&::request_arena::__private::Ended(result)).__request_arena_outcome()
            },
        ),
        move |error| -> Result<usize, String> {
            ::request_arena::__private::answer::<
                Result<usize, String>,
            >(error, |error| Err(error.to_string()))
        },
    );
}
