//! An expression answers the limit of an `async` function.
fn copy(body: Bytes) -> impl ::core::future::Future<Output = StatusCode> {
    #[allow(clippy::implicit_return, reason = "the user's is not the function's")]
    return ::request_arena::__private::answered(
        ::request_arena::__private::future(
            {
                static __REQUEST_ARENA_SITE: ::request_arena::Site = ::request_arena::Site::new(
                        "copy",
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
                let body = body;
                #[allow(clippy::shadow_reuse, clippy::shadow_same)]
                #[allow(clippy::used_underscore_binding)]
                let mut arena = ::request_arena::__private::opened();
                #[allow(clippy::shadow_reuse, clippy::shadow_same)]
                let arena: Arena<'_> = ::request_arena::__private::OpenArena::arena(
                    &mut arena,
                );
                if false {
                    return ::request_arena::__private::typed::<StatusCode>();
                }
                match () {
                    () => {
                        let copy = arena.alloc_slice_copy(&body);
                        store(copy).await;
                        StatusCode::CREATED
                    }
                }
            },
            |result| {
                use ::request_arena::__private::{AnyOutcome as _, ResultOutcome as _};
                (&::request_arena::__private::Ended(result)).__request_arena_outcome()
            },
        ),
        move |_| -> StatusCode { StatusCode::PAYLOAD_TOO_LARGE },
    );
}
