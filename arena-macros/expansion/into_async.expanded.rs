//! An `async` function, whose result borrows from the arena until it is turned.
async fn search(query: String) -> axum::response::Response {
    let (visit, opener) = ::request_arena::__private::Visit::of_future({
        static __REQUEST_ARENA_SITE: ::request_arena::Site = ::request_arena::Site::new(
            "search",
            ::core::module_path!(),
            ::core::file!(),
            ::core::line!(),
        );
        &__REQUEST_ARENA_SITE
    });
    let (result, outcome) = visit
        .watch(async move {
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
                let result: (axum::response::Response, _) = loop {};
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
                    let result: Result<Json<Hits<'_>>, Error> = loop {};
                    return result;
                }
                match () {
                    () => {
                        let hits = index(&arena, &query).await?;
                        Ok(Json(hits))
                    }
                }
            }
                .await;
            let outcome = {
                use ::request_arena::__private::{AnyOutcome as _, ResultOutcome as _};
                (&::request_arena::__private::Ended(&result)).scope_outcome()
            };
            let way = {
                use ::request_arena::__private::into::{
                    PlainWay as _, ResponseWay as _, ResultWay as _,
                };
                (&::request_arena::__private::into::Target::<
                    _,
                    axum::response::Response,
                >::of(&result))
                    .way_outward()
            };
            let result = way
                .turn_outward(
                    result,
                    ::core::convert::Into::into,
                    ::core::convert::Into::into,
                );
            return (
                ::core::convert::Into::<axum::response::Response>::into(result),
                outcome,
            );
        })
        .await;
    visit.end(outcome);
    result
}
