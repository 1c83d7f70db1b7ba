//! What stands before the `async` block runs at the call, without an arena.
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
            let mut arena = ::request_arena::__private::opened();
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
