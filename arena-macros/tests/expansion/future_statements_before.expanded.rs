//! Statements before the `async` block run at the call, without an arena.
fn search(&self, query: &str) -> impl Future<Output = usize> + use<> {
    let index = Arc::clone(&self.index);
    let query = query.to_owned();
    ::request_arena::__private::future(
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
            #[allow(clippy::used_underscore_binding)]
            let mut arena = ::request_arena::__private::opened();
            #[allow(clippy::shadow_reuse, clippy::shadow_same)]
            let arena: Arena<'_> = ::request_arena::__private::OpenArena::arena(
                &mut arena,
            );
            if false {
                return ::request_arena::__private::typed::<usize>();
            }
            match () {
                () => index.search(arena.alloc_str(&query)).await,
            }
        },
        ::request_arena::__private::returned,
    )
}
