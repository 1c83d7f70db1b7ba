//! An answer to the limit beside `into` has the type that is turned into.
async fn search(query: String) -> Response {
    let result = {
        let (visit, opener) = ::request_arena::__private::Visit::of_future({
            static __REQUEST_ARENA_SITE: ::request_arena::Site = ::request_arena::Site::new(
                    "search",
                    ::core::module_path!(),
                    ::core::file!(),
                    ::core::line!(),
                )
                .with_limit(1048576usize)
                .with_limit_answered();
            &__REQUEST_ARENA_SITE
        });
        match visit
            .watch_to_limit(async move {
                #[allow(
                    unreachable_code,
                    clippy::diverging_sub_expression,
                    clippy::empty_loop,
                    clippy::let_unit_value,
                    clippy::let_with_type_underscore,
                    clippy::needless_return,
                    clippy::unreachable,
                    reason = "never runs: it tells the compiler the result type of the function"
                )]
                if false {
                    let result: (Response, _) = loop {};
                    return result;
                }
                let mut arena = opener.enter();
                #[allow(
                    clippy::shadow_reuse,
                    clippy::shadow_same,
                    clippy::shadow_unrelated,
                    clippy::used_underscore_binding,
                    reason = "the handle has the name of its owner, so that the compiler's messages are about the arena"
                )]
                let arena: Arena<'_> = arena.arena();
                let result = async move {
                    #[allow(
                        unreachable_code,
                        clippy::diverging_sub_expression,
                        clippy::empty_loop,
                        clippy::let_unit_value,
                        clippy::let_with_type_underscore,
                        clippy::needless_return,
                        clippy::unreachable,
                        reason = "never runs: it tells the compiler the result type of the function"
                    )]
                    if false {
                        let result: Json<Hits<'_>> = loop {};
                        return result;
                    }
                    match () {
                        () => Json(index(&arena, &query).await),
                    }
                }
                    .await;
                let outcome = {
                    use ::request_arena::__private::{
                        AnyOutcome as _, ResultOutcome as _,
                    };
                    (&::request_arena::__private::Ended(&result)).scope_outcome()
                };
                let way = {
                    use ::request_arena::__private::into::{
                        PlainWay as _, ResponseWay as _, ResultWay as _,
                    };
                    (&::request_arena::__private::into::Target::<
                        _,
                        Response,
                    >::of(&result))
                        .way_outward()
                };
                let result = way
                    .turn_outward(
                        result,
                        ::core::convert::Into::into,
                        ::core::convert::Into::into,
                    );
                return (::core::convert::Into::<Response>::into(result), outcome);
            })
            .await
        {
            ::core::result::Result::Ok((result, outcome)) => {
                visit.end(outcome);
                ::core::result::Result::Ok(result)
            }
            ::core::result::Result::Err(error) => ::core::result::Result::Err(error),
        }
    };
    match result {
        ::core::result::Result::Ok(result) => result,
        ::core::result::Result::Err(_) => {
            #[allow(
                unreachable_code,
                clippy::diverging_sub_expression,
                reason = "the answer may end by itself"
            )] return StatusCode::PAYLOAD_TOO_LARGE.into_response();
        }
    }
}
fn name(text: &str) -> String {
    let result = {
        let (visit, opener) = ::request_arena::__private::Visit::of_call({
            static __REQUEST_ARENA_SITE: ::request_arena::Site = ::request_arena::Site::new(
                    "name",
                    ::core::module_path!(),
                    ::core::file!(),
                    ::core::line!(),
                )
                .with_limit(1048576usize)
                .with_limit_answered();
            &__REQUEST_ARENA_SITE
        });
        match visit
            .call_to_limit(move || -> (String, _) {
                let mut arena = opener.enter();
                #[allow(
                    clippy::shadow_reuse,
                    clippy::shadow_same,
                    clippy::shadow_unrelated,
                    clippy::used_underscore_binding,
                    reason = "the handle has the name of its owner, so that the compiler's messages are about the arena"
                )]
                let arena: Arena<'_> = arena.arena();
                let result = ::request_arena::__private::call(move || -> &'_ str {
                    match () {
                        () => arena.alloc_str(text),
                    }
                });
                let outcome = {
                    use ::request_arena::__private::{
                        AnyOutcome as _, ResultOutcome as _,
                    };
                    (&::request_arena::__private::Ended(&result)).scope_outcome()
                };
                let way = {
                    use ::request_arena::__private::into::{
                        PlainWay as _, ResponseWay as _, ResultWay as _,
                    };
                    (&::request_arena::__private::into::Target::<_, String>::of(&result))
                        .way_outward()
                };
                let result = way
                    .turn_outward(
                        result,
                        ::core::convert::Into::into,
                        ::core::convert::Into::into,
                    );
                return (::core::convert::Into::<String>::into(result), outcome);
            })
        {
            ::core::result::Result::Ok((result, outcome)) => {
                visit.end(outcome);
                ::core::result::Result::Ok(result)
            }
            ::core::result::Result::Err(error) => ::core::result::Result::Err(error),
        }
    };
    match result {
        ::core::result::Result::Ok(result) => result,
        ::core::result::Result::Err(error) => {
            #[allow(
                unreachable_code,
                clippy::diverging_sub_expression,
                reason = "the answer may end by itself"
            )]
            return ::request_arena::__private::answer::<
                String,
            >(error, |error| error.to_string());
        }
    }
}
