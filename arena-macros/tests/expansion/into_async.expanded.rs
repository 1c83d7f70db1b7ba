//! An `async` function with a result that borrows from the arena, until `into` converts it.
fn search(
    query: String,
) -> impl ::core::future::Future<Output = axum::response::Response> {
    let mut parameters = ::core::option::Option::Some((query,));
    #[allow(clippy::implicit_return, reason = "the user's is not the function's")]
    return ::request_arena::__private::future_into(
        {
            static __REQUEST_ARENA_SITE: ::request_arena::Site = ::request_arena::Site::new(
                "search",
                ::core::module_path!(),
                ::core::file!(),
                ::core::line!(),
            );
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
                    return ::request_arena::__private::typed::<
                        Result<Json<Hits<'_>>, Error>,
                    >();
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
                (&::request_arena::__private::Ended(&result)).__request_arena_outcome()
            };
            let way = {
                use ::request_arena::__private::into::{
                    PlainWay as _, ResponseWay as _, ResultWay as _,
                };
                (&::request_arena::__private::into::Target::<
                    _,
                    axum::response::Response,
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
                way
                    .prepare(
                        result,
                        ::core::convert::Into::<axum::response::Response>::into,
                    ),
                outcome,
            );
        },
    );
}
