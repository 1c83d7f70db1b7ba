//! The function returns an `async` block: the scope is inside the block.
fn search(query: String) -> impl Future<Output = Result<usize, Error>> + Send {
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
                return ::request_arena::__private::typed::<Result<usize, Error>>();
            }
            match () {
                () => {
                    let query = arena.alloc_str(&query);
                    Ok(index(query).await?.len())
                }
            }
        },
        |result| {
            use ::request_arena::__private::{AnyOutcome as _, ResultOutcome as _};
            (&::request_arena::__private::Ended(result)).__request_arena_outcome()
        },
    )
}
