fn search(query: String) -> impl ::core::future::Future<Output = usize> {
    #[allow(clippy::implicit_return, reason = "the user's is not the function's")]
    return ::request_arena::__private::SendTrue
        .future(
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
                    let query = query;
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
                        () => arena.alloc_str(&query).len(),
                    }
                },
                ::request_arena::__private::returned,
            ),
        );
}
#[tracing::instrument]
async fn traced(query: String) -> usize {
    match ::request_arena::__private::SendTrue
        .future(
            ::request_arena::__private::to_limit(
                ::request_arena::__private::future(
                    {
                        static __REQUEST_ARENA_SITE: ::request_arena::Site = ::request_arena::Site::new(
                                "traced",
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
                        let query = query;
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
                            () => arena.alloc_str(&query).len(),
                        }
                    },
                    ::request_arena::__private::returned,
                ),
            ),
        )
        .await
    {
        ::core::result::Result::Ok(result) => result,
        ::core::result::Result::Err(_) => {
            #[allow(
                unreachable_code,
                clippy::diverging_sub_expression,
                reason = "the answer may end by itself"
            )] return late().await;
        }
    }
}
impl Index {
    fn search(&self) -> impl ::core::future::Future<Output = usize> {
        #[allow(clippy::implicit_return, reason = "the user's is not the function's")]
        return ::request_arena::__private::SendTrue
            .future(
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
                            () => {
                                arena.alloc(1);
                                1
                            }
                        }
                    },
                    ::request_arena::__private::returned,
                ),
            );
    }
    fn is_empty(&self) -> bool {
        let (run, token) = ::request_arena::__private::ScopeRun::of_call({
            static __REQUEST_ARENA_SITE: ::request_arena::Site = ::request_arena::Site::new(
                "is_empty",
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
            move |token| -> bool {
                #[allow(clippy::shadow_reuse, clippy::shadow_same)]
                #[allow(clippy::used_underscore_binding)]
                let mut arena = ::request_arena::__private::ArenaToken::enter(token);
                #[allow(clippy::shadow_reuse, clippy::shadow_same)]
                let arena: Arena<'_> = ::request_arena::__private::OpenArena::arena(
                    &mut arena,
                );
                match () {
                    () => {
                        arena.alloc(1);
                        true
                    }
                }
            },
        );
        let result = body(token);
        let outcome = ::request_arena::__private::Outcome::Returned;
        run.end(outcome);
        return result;
    }
}
