//! `mut`, for helpers that take `&mut Arena`, and an attribute on the parameter.
fn search(query: String) -> impl ::core::future::Future<Output = usize> {
    #[allow(clippy::implicit_return, reason = "the user's is not the function's")]
    return ::request_arena::__private::future(
        {
            static __REQUEST_ARENA_SITE: ::request_arena::Site = ::request_arena::Site::new(
                "search",
                ::core::module_path!(),
                ::core::file!(),
                ::core::line!(),
            );
            &__REQUEST_ARENA_SITE
        },
        async move {
            #[allow(clippy::shadow_reuse, clippy::shadow_same)]
            let query = query;
            #[allow(clippy::shadow_reuse, clippy::shadow_same)]
            #[allow(clippy::used_underscore_binding)]
            let mut arena = ::request_arena::__private::opened();
            #[allow(clippy::shadow_reuse, clippy::shadow_same)]
            #[allow(unused_mut)]
            let mut arena: Arena<'_> = ::request_arena::__private::OpenArena::arena(
                &mut arena,
            );
            if false {
                return ::request_arena::__private::typed::<usize>();
            }
            match () {
                () => helper(&mut arena, &query).await,
            }
        },
        ::request_arena::__private::returned,
    );
}
