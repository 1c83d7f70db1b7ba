//! A body that is parsed in the scope of a function with `into`.
fn create(
    #[cfg(test)]
    page: ::request_arena::extract::QueryString,
    order: ::request_arena::extract::FormBody,
) -> String {
    let (run, token) = ::request_arena::__private::ScopeRun::of_call({
        static __REQUEST_ARENA_SITE: ::request_arena::Site = ::request_arena::Site::new(
            "create",
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
    let body = ::request_arena::__private::takes_2(
        &token,
        &order,
        |
            token,
            #[allow(clippy::shadow_reuse, clippy::shadow_same)]
            order,
        | -> (String, _) {
            #[allow(clippy::shadow_reuse, clippy::shadow_same)]
            #[allow(clippy::used_underscore_binding)]
            let mut arena = ::request_arena::__private::ArenaToken::enter(token);
            let handle = ::request_arena::__private::OpenArena::arena(&mut arena);
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
                        ::request_arena::__private::extract::rejected::<
                            String,
                        >(rejection),
                        ::request_arena::__private::Outcome::Error,
                    );
                }
            };
            #[allow(clippy::shadow_reuse, clippy::shadow_same)]
            #[cfg(test)]
            let page = match page.try_parse_in::<Page<'_>>(&handle) {
                ::core::result::Result::Ok(value) => value,
                ::core::result::Result::Err(rejection) => {
                    #[allow(
                        unreachable_code,
                        clippy::diverging_sub_expression,
                        clippy::needless_return,
                        reason = "the answer may end by itself"
                    )]
                    return (
                        ::request_arena::__private::extract::rejected::<
                            String,
                        >(rejection),
                        ::request_arena::__private::Outcome::Error,
                    );
                }
            };
            let handle = handle.into_bump();
            #[allow(clippy::result_large_err, reason = "said of the function")]
            let body = ::request_arena::__private::turns_2(
                &order,
                |
                    #[allow(clippy::shadow_unrelated)]
                    #[allow(clippy::shadow_reuse, clippy::shadow_same)]
                    arena: &'_ Bump,
                    #[allow(clippy::shadow_reuse, clippy::shadow_same)]
                    order,
                | -> &'_ str {
                    #[allow(clippy::shadow_reuse, clippy::shadow_same)]
                    #[cfg(test)]
                    let page = ::request_arena::__private::Whole(page).0;
                    match () {
                        () => order.customer,
                    }
                },
            );
            let result = body(handle, order);
            let outcome = ::request_arena::__private::Outcome::Returned;
            let way = {
                use ::request_arena::__private::into::{
                    PlainWay as _, ResponseWay as _, ResultWay as _,
                };
                (&::request_arena::__private::into::Target::<_, String>::of(&result))
                    .__request_arena_way()
            };
            let result = way
                .turn_outward(
                    result,
                    ::core::convert::Into::into,
                    ::core::convert::Into::into,
                );
            return (::core::convert::Into::<String>::into(result), outcome);
        },
    );
    let (result, outcome) = body(token, order);
    run.end(outcome);
    return result;
}
