fn routes() {
    get(async move |q: Path<String>| -> Response {
        let mut q = ::core::option::Option::Some((q,));
        let handler = {
            use ::request_arena::__private::handler::{
                AnyParameter as _, AxumParameter as _,
            };
            (&&::request_arena::__private::handler::Parameter::<Path<String>, ()>::new())
                .__request_arena_handler()
        };
        handler
            .future(
                ::request_arena::__private::future_into(
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
                    async {
                        let q = &mut q;
                        if false {
                            return ::request_arena::__private::typed::<(_, _)>();
                        }
                        #[allow(clippy::shadow_reuse, clippy::shadow_same)]
                        #[allow(clippy::used_underscore_binding)]
                        let mut arena = ::request_arena::__private::opened();
                        let place = ::request_arena::__private::OpenArena::place(&arena);
                        let handle = ::request_arena::__private::OpenArena::arena(
                            &mut arena,
                        );
                        let result = async {
                            #[allow(clippy::shadow_unrelated)]
                            let (q,) = ::request_arena::__private::taken(q);
                            #[allow(clippy::shadow_reuse, clippy::shadow_same)]
                            let q = ::request_arena::__private::Whole(q).0;
                            #[allow(clippy::shadow_reuse, clippy::shadow_same)]
                            let Path(q) = q;
                            #[allow(clippy::shadow_unrelated)]
                            #[allow(clippy::shadow_reuse, clippy::shadow_same)]
                            let arena: Arena<'_> = handle;
                            match () {
                                () => Json(arena.alloc_str(&q)),
                            }
                        }
                            .await;
                        let outcome = {
                            use ::request_arena::__private::{
                                AnyOutcome as _, ResultOutcome as _,
                            };
                            (&::request_arena::__private::Ended(&result))
                                .__request_arena_outcome()
                        };
                        let way = {
                            use ::request_arena::__private::into::{
                                PlainWay as _, ResponseWay as _, ResultWay as _,
                            };
                            (&::request_arena::__private::into::Target::<
                                _,
                                Response,
                            >::of(&result))
                                .__request_arena_way()
                        };
                        let result = way
                            .turn_outward(
                                result,
                                place,
                                ::core::convert::Into::into,
                                ::core::convert::Into::into,
                            );
                        return (
                            way.prepare(result, ::core::convert::Into::<Response>::into),
                            outcome,
                        );
                    },
                ),
            )
            .await
    });
}
