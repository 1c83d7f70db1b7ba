fn by_path(
    query: axum::extract::Query<String>,
) -> impl ::core::future::Future<Output = usize> {
    #[allow(clippy::implicit_return, reason = "the user's is not the function's")]
    return ::request_arena::__private::AxumHandler
        .future(
            ::request_arena::__private::future(
                {
                    static __REQUEST_ARENA_SITE: ::request_arena::Site = ::request_arena::Site::new(
                        "by_path",
                        ::core::module_path!(),
                        ::core::file!(),
                        ::core::line!(),
                    );
                    &__REQUEST_ARENA_SITE
                },
                async move {
                    #[allow(clippy::shadow_reuse, clippy::shadow_same)]
                    let query = ::request_arena::__private::Whole(query).0;
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
fn by_type(
    index: State<Index>,
    query: Path<String>,
) -> impl ::core::future::Future<Output = usize> {
    let handler = {
        use ::request_arena::__private::handler::{AnyParameter as _, AxumParameter as _};
        (&&::request_arena::__private::handler::Parameter::<Path<String>, ()>::new())
            .__request_arena_handler()
    };
    #[allow(clippy::implicit_return, reason = "the user's is not the function's")]
    return handler
        .future(
            ::request_arena::__private::future(
                {
                    static __REQUEST_ARENA_SITE: ::request_arena::Site = ::request_arena::Site::new(
                        "by_type",
                        ::core::module_path!(),
                        ::core::file!(),
                        ::core::line!(),
                    );
                    &__REQUEST_ARENA_SITE
                },
                async move {
                    #[allow(clippy::shadow_reuse, clippy::shadow_same)]
                    let index = ::request_arena::__private::Whole(index).0;
                    #[allow(clippy::shadow_reuse, clippy::shadow_same)]
                    let State(index) = index;
                    #[allow(clippy::shadow_reuse, clippy::shadow_same)]
                    let query = ::request_arena::__private::Whole(query).0;
                    #[allow(clippy::shadow_reuse, clippy::shadow_same)]
                    let Path(query) = query;
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
                        () => index.find(arena.alloc_str(&query)),
                    }
                },
                ::request_arena::__private::returned,
            ),
        );
}
fn by_state(index: State<Index>) -> impl ::core::future::Future<Output = usize> {
    let handler = {
        use ::request_arena::__private::handler::{AnyParameter as _, AxumParameter as _};
        (&&::request_arena::__private::handler::Parameter::<State<Index>, Index>::new())
            .__request_arena_handler()
    };
    #[allow(clippy::implicit_return, reason = "the user's is not the function's")]
    return handler
        .future(
            ::request_arena::__private::future(
                {
                    static __REQUEST_ARENA_SITE: ::request_arena::Site = ::request_arena::Site::new(
                        "by_state",
                        ::core::module_path!(),
                        ::core::file!(),
                        ::core::line!(),
                    );
                    &__REQUEST_ARENA_SITE
                },
                async move {
                    #[allow(clippy::shadow_reuse, clippy::shadow_same)]
                    let index = ::request_arena::__private::Whole(index).0;
                    #[allow(clippy::shadow_reuse, clippy::shadow_same)]
                    let State(index) = index;
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
                        () => index.find(arena.alloc_str("all")),
                    }
                },
                ::request_arena::__private::returned,
            ),
        );
}
#[debug_handler]
async fn in_release() -> usize {
    #[cfg(debug_assertions)]
    let handler = ::request_arena::__private::AnyFunction;
    #[cfg(not(debug_assertions))]
    let handler = ::request_arena::__private::AxumHandler;
    handler
        .future(
            ::request_arena::__private::future(
                {
                    static __REQUEST_ARENA_SITE: ::request_arena::Site = ::request_arena::Site::new(
                        "in_release",
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
                        () => arena.alloc_str("all").len(),
                    }
                },
                ::request_arena::__private::returned,
            ),
        )
        .await
}
fn returned(Path(query): Path<String>) -> impl Future<Output = usize> {
    {
        let handler = {
            use ::request_arena::__private::handler::{
                AnyParameter as _, AxumParameter as _,
            };
            (&&::request_arena::__private::handler::Parameter::<Path<String>, ()>::new())
                .__request_arena_handler()
        };
        handler
            .future(
                ::request_arena::__private::future(
                    {
                        static __REQUEST_ARENA_SITE: ::request_arena::Site = ::request_arena::Site::new(
                            "returned",
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
                            () => arena.alloc_str(&query).len(),
                        }
                    },
                    ::request_arena::__private::returned,
                ),
            )
    }
}
fn router() -> Router {
    get(|Path(query): Path<String>| {
        {
            {
                let handler = {
                    use ::request_arena::__private::handler::{
                        AnyParameter as _, AxumParameter as _,
                    };
                    (&&::request_arena::__private::handler::Parameter::<
                        Path<String>,
                        (),
                    >::new())
                        .__request_arena_handler()
                };
                handler
                    .future(
                        ::request_arena::__private::future(
                            {
                                static __REQUEST_ARENA_SITE: ::request_arena::Site = ::request_arena::Site::new(
                                    ::core::concat!(
                                        "closure at ", ::core::file!(), ":", ::core::line!()
                                    ),
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
                                let arena: ::request_arena::Arena<'_> = ::request_arena::__private::OpenArena::arena(
                                    &mut arena,
                                );
                                match () {
                                    () => arena.alloc_str(&query).len(),
                                }
                            },
                            |result| {
                                use ::request_arena::__private::{
                                    AnyOutcome as _, ResultOutcome as _,
                                };
                                (&::request_arena::__private::Ended(result))
                                    .__request_arena_outcome()
                            },
                        ),
                    )
            }
        }
    })
}
fn local(query: Path<String>) -> impl ::core::future::Future<Output = usize> {
    #[allow(clippy::implicit_return, reason = "the user's is not the function's")]
    return ::request_arena::__private::future(
        {
            static __REQUEST_ARENA_SITE: ::request_arena::Site = ::request_arena::Site::new(
                "local",
                ::core::module_path!(),
                ::core::file!(),
                ::core::line!(),
            );
            &__REQUEST_ARENA_SITE
        },
        async move {
            #[allow(clippy::shadow_reuse, clippy::shadow_same)]
            let query = ::request_arena::__private::Whole(query).0;
            #[allow(clippy::shadow_reuse, clippy::shadow_same)]
            let Path(query) = query;
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
    );
}
fn generic<R: Repository>(
    repository: State<R>,
) -> impl ::core::future::Future<Output = usize> {
    #[allow(clippy::implicit_return, reason = "the user's is not the function's")]
    return ::request_arena::__private::future(
        {
            static __REQUEST_ARENA_SITE: ::request_arena::Site = ::request_arena::Site::new(
                "generic",
                ::core::module_path!(),
                ::core::file!(),
                ::core::line!(),
            );
            &__REQUEST_ARENA_SITE
        },
        async move {
            #[allow(clippy::shadow_reuse, clippy::shadow_same)]
            let repository = ::request_arena::__private::Whole(repository).0;
            #[allow(clippy::shadow_reuse, clippy::shadow_same)]
            let State(repository) = repository;
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
                () => repository.find(&arena).await,
            }
        },
        ::request_arena::__private::returned,
    );
}
fn customary(repository: State<Arc<R>>) -> impl ::core::future::Future<Output = usize> {
    #[allow(clippy::implicit_return, reason = "the user's is not the function's")]
    return ::request_arena::__private::future(
        {
            static __REQUEST_ARENA_SITE: ::request_arena::Site = ::request_arena::Site::new(
                "customary",
                ::core::module_path!(),
                ::core::file!(),
                ::core::line!(),
            );
            &__REQUEST_ARENA_SITE
        },
        async move {
            #[allow(clippy::shadow_reuse, clippy::shadow_same)]
            let repository = ::request_arena::__private::Whole(repository).0;
            #[allow(clippy::shadow_reuse, clippy::shadow_same)]
            let State(repository) = repository;
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
                () => repository.find(&arena).await,
            }
        },
        ::request_arena::__private::returned,
    );
}
