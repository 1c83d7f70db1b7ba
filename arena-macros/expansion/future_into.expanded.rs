//! `into` and `on_limit` with an `async` block that is returned: they are about the future's output.
fn name(text: String) -> impl Future<Output = String> {
    async move {
        let result = {
            let (visit, opener) = ::request_arena::__private::Visit::of_future({
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
                        let result: (String, _) = loop {};
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
                            let result: &'_ str = loop {};
                            return result;
                        }
                        match () {
                            () => &*arena.alloc_str(&text),
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
                            String,
                        >::of(&result))
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
                )] return String::new();
            }
        }
    }
}
