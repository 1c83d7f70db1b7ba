//! With `into`, the answer to the limit has the type of `into`.
fn search(query: String) -> impl ::core::future::Future<Output = Response> {
    let mut parameters = ::core::option::Option::Some((query,));
    #[allow(clippy::implicit_return, reason = "the user's is not the function's")]
    return ::request_arena::__private::answered(
        ::request_arena::__private::future_into(
            {
                static __REQUEST_ARENA_SITE: ::request_arena::Site = ::request_arena::Site::new(
                        "search",
                        ::core::module_path!(),
                        ::core::file!(),
                        ::core::line!(),
                    )
                    .with_limit(1048576usize)
                    .with_limit_answered();
                &__REQUEST_ARENA_SITE
            },
            async move {
                let parameters = &mut parameters;
                if false {
                    return ::request_arena::__private::typed::<(_, _)>();
                }
                #[allow(clippy::shadow_reuse, clippy::shadow_same)]
                #[allow(clippy::used_underscore_binding)]
                let mut arena = ::request_arena::__private::opened();
                let place = ::request_arena::__private::OpenArena::place(&arena);
                let handle = ::request_arena::__private::OpenArena::arena(&mut arena);
                let result = async move {
                    #[allow(clippy::shadow_unrelated)]
                    let (query,) = ::request_arena::__private::taken(parameters);
                    #[allow(clippy::shadow_reuse, clippy::shadow_same)]
                    let query = query;
                    #[allow(clippy::shadow_unrelated)]
                    #[allow(clippy::shadow_reuse, clippy::shadow_same)]
                    let arena: Arena<'_> = handle;
                    if false {
                        return ::request_arena::__private::typed::<Json<Hits<'_>>>();
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
        move |_| -> Response { StatusCode::PAYLOAD_TOO_LARGE.into_response() },
    );
}
fn name(text: &str) -> String {
    let (run, token) = ::request_arena::__private::ScopeRun::of_call({
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
    #[allow(
        clippy::implicit_return,
        clippy::result_large_err,
        reason = "said of the function"
    )]
    let body = ::request_arena::__private::takes_2(
        &token,
        &text,
        |token, #[allow(clippy::shadow_reuse, clippy::shadow_same)] text| -> (_, _) {
            #[allow(clippy::shadow_reuse, clippy::shadow_same)]
            #[allow(clippy::used_underscore_binding)]
            let mut arena = ::request_arena::__private::ArenaToken::enter(token);
            let place = ::request_arena::__private::OpenArena::place(&arena);
            let handle = ::request_arena::__private::OpenArena::arena(&mut arena);
            #[allow(clippy::result_large_err, reason = "said of the function")]
            let body = ::request_arena::__private::turns_2(
                &text,
                |
                    #[allow(clippy::shadow_unrelated)]
                    #[allow(clippy::shadow_reuse, clippy::shadow_same)]
                    arena: Arena<'_>,
                    #[allow(clippy::shadow_reuse, clippy::shadow_same)]
                    text,
                | -> &'_ str {
                    match () {
                        () => arena.alloc_str(text),
                    }
                },
            );
            let result = body(handle, text);
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
                    place,
                    ::core::convert::Into::into,
                    ::core::convert::Into::into,
                );
            return (way.prepare(result, ::core::convert::Into::<String>::into), outcome);
        },
    );
    match run.call_to_limit(|| body(token, text)) {
        ::core::result::Result::Ok((result, outcome)) => {
            run.end(outcome);
            return ::request_arena::__private::Prepared::respond(result);
        }
        ::core::result::Result::Err(error) => {
            ::core::mem::drop(run);
            match ::core::result::Result::<::core::convert::Infallible, _>::Err(error) {
                ::core::result::Result::Ok(never) => match never {}
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
    }
}
