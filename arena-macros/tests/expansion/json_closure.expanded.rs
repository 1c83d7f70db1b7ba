//! A body that is parsed in the scope of a closure.
fn routes() -> Router {
    async |order: ::request_arena::extract::JsonBody| -> Response {
        let handler = {
            use ::request_arena::__private::handler::{
                AnyResponse as _, AxumResponse as _,
            };
            (&::request_arena::__private::handler::ResponseOf::<Response>::new())
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
                        let order = match order.try_parse_in::<Order<'_>>(&handle) {
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
                        let result = async {
                            #[allow(clippy::shadow_reuse, clippy::shadow_same)]
                            let order = ::request_arena::__private::Whole(order).0;
                            #[allow(clippy::shadow_unrelated)]
                            #[allow(clippy::shadow_reuse, clippy::shadow_same)]
                            let arena: ::request_arena::Arena<'_> = handle;
                            match () {
                                () => Json(order.receipt(&arena)),
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
    }
}
