fn routes() {
    get(|Path(q): Path<String>| {
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
                                        "search",
                                        ::core::module_path!(),
                                        ::core::file!(),
                                        ::core::line!(),
                                    )
                                    .with_limit(1048576usize);
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
                                    () => arena.alloc_str(&q).len(),
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
    });
}
