//! A body that is parsed in the scope of an `async` function with `into`.
fn create(
    shop: State<Shop>,
    parameter_1: ::request_arena::extract::JsonBody,
) -> impl ::core::future::Future<Output = Response> {
    let mut shop = ::core::option::Option::Some((shop,));
    let handler = {
        use ::request_arena::__private::handler::{AnyParameter as _, AxumParameter as _};
        (&&::request_arena::__private::handler::Parameter::<State<Shop>, Shop>::new())
            .__request_arena_handler()
    };
    #[allow(clippy::implicit_return, reason = "the user's is not the function's")]
    return handler
        .future(
            ::request_arena::__private::answered(
                ::request_arena::__private::future_into(
                    {
                        static __REQUEST_ARENA_SITE: ::request_arena::Site = ::request_arena::Site::new(
                                "create",
                                ::core::module_path!(),
                                ::core::file!(),
                                ::core::line!(),
                            )
                            .with_limit(1048576usize)
                            .with_limit_answered();
                        &__REQUEST_ARENA_SITE
                    },
                    async move {
                        let shop = &mut shop;
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
                        #[allow(clippy::shadow_reuse, clippy::shadow_same)]
                        let parameter_1 = match parameter_1
                            .parse_in::<Order<'_>>(&handle)
                        {
                            ::core::result::Result::Ok(value) => value,
                            ::core::result::Result::Err(rejection) => {
                                #[allow(
                                    unreachable_code,
                                    clippy::diverging_sub_expression,
                                    clippy::needless_return,
                                    reason = "the answer may end by itself"
                                )]
                                return (
                                    ::request_arena::__private::Prepared::ready(
                                        ::request_arena::__private::extract::rejected::<
                                            Response,
                                        >(rejection),
                                    ),
                                    ::request_arena::__private::Outcome::Error,
                                );
                            }
                        };
                        let handle = handle;
                        let result = async move {
                            #[allow(clippy::shadow_unrelated)]
                            let (shop,) = ::request_arena::__private::taken(shop);
                            #[allow(clippy::shadow_reuse, clippy::shadow_same)]
                            let shop = ::request_arena::__private::Whole(shop).0;
                            #[allow(clippy::shadow_reuse, clippy::shadow_same)]
                            let State(shop) = shop;
                            #[allow(clippy::shadow_reuse, clippy::shadow_same)]
                            let parameter_1 = ::request_arena::__private::Whole(
                                    parameter_1,
                                )
                                .0;
                            #[allow(clippy::shadow_reuse, clippy::shadow_same)]
                            let Order { customer, items } = parameter_1;
                            #[allow(clippy::shadow_unrelated)]
                            #[allow(clippy::shadow_reuse, clippy::shadow_same)]
                            let arena: Arena<'_> = handle;
                            if false {
                                return ::request_arena::__private::typed::<
                                    Json<Receipt<'_>>,
                                >();
                            }
                            match () {
                                () => Json(shop.receipt(&arena, customer, items).await),
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
                move |_| -> Response { too_large() },
            ),
        );
}
