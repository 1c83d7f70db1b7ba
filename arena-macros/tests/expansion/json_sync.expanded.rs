//! A body that is parsed in the scope of a function.
fn create(order: ::request_arena::extract::JsonBody) -> Result<usize, Error> {
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
        | -> Result<usize, Error> {
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
                    return ::request_arena::__private::extract::rejected::<
                        Result<usize, Error>,
                    >(rejection);
                }
            };
            #[allow(clippy::shadow_reuse, clippy::shadow_same)]
            let arena: Arena<'_> = handle;
            match () {
                () => Ok(order.items.len()),
            }
        },
    );
    let result = body(token, order);
    let outcome = {
        use ::request_arena::__private::{AnyOutcome as _, ResultOutcome as _};
        (&::request_arena::__private::Ended(&result)).__request_arena_outcome()
    };
    run.end(outcome);
    return result;
}
