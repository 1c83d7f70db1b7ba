//! Raw identifiers: figures are reported under the plain name.
fn r#match(r#ref: String) -> impl ::core::future::Future<Output = usize> {
    #[allow(clippy::implicit_return, reason = "the user's is not the function's")]
    return ::request_arena::__private::future(
        {
            static __REQUEST_ARENA_SITE: ::request_arena::Site = ::request_arena::Site::new(
                "match",
                ::core::module_path!(),
                ::core::file!(),
                ::core::line!(),
            );
            &__REQUEST_ARENA_SITE
        },
        async move {
            #[allow(clippy::shadow_reuse, clippy::shadow_same)]
            let r#ref = r#ref;
            #[allow(clippy::shadow_reuse, clippy::shadow_same)]
            #[allow(clippy::used_underscore_binding)]
            let mut r#type = ::request_arena::__private::opened();
            #[allow(clippy::shadow_reuse, clippy::shadow_same)]
            let r#type: Arena<'_> = ::request_arena::__private::OpenArena::arena(
                &mut r#type,
            );
            if false {
                return ::request_arena::__private::typed::<usize>();
            }
            match () {
                () => r#type.alloc_str(&r#ref).len(),
            }
        },
        ::request_arena::__private::returned,
    );
}
