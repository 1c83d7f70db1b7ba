//! Two parameters that memory could escape into are passed on by variables of their own.
fn search(
    limit: usize,
    log: State<Log>,
    query: String,
    recent: &mut Recent,
) -> impl ::core::future::Future<Output = Response> {
    let mut log = ::core::option::Option::Some((limit, log, query));
    let mut recent = ::core::option::Option::Some((recent,));
    let handler = {
        use ::request_arena::__private::handler::{AnyParameter as _, AxumParameter as _};
        (&&::request_arena::__private::handler::Parameter::<State<Log>, Log>::new())
            .__request_arena_handler()
    };
    #[allow(clippy::implicit_return, reason = "the user's is not the function's")]
    return handler
        .future(
            ::request_arena::__private::future_into(
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
                    let log = &mut log;
                    let recent = &mut recent;
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
                    let result = async move {
                        #[allow(clippy::shadow_unrelated)]
                        let (limit, log, query) = ::request_arena::__private::taken(log);
                        #[allow(clippy::shadow_unrelated)]
                        let (recent,) = ::request_arena::__private::taken(recent);
                        #[allow(clippy::shadow_reuse, clippy::shadow_same)]
                        let limit = limit;
                        #[allow(clippy::shadow_reuse, clippy::shadow_same)]
                        let log = ::request_arena::__private::Whole(log).0;
                        #[allow(clippy::shadow_reuse, clippy::shadow_same)]
                        let State(log) = log;
                        #[allow(clippy::shadow_reuse, clippy::shadow_same)]
                        let query = query;
                        #[allow(clippy::shadow_reuse, clippy::shadow_same)]
                        let recent = ::request_arena::__private::Whole(recent).0;
                        #[allow(clippy::shadow_unrelated)]
                        #[allow(clippy::shadow_reuse, clippy::shadow_same)]
                        let arena: Arena<'_> = handle;
                        if false {
                            return ::request_arena::__private::typed::<Hits<'_>>();
                        }
                        match () {
                            () => index(&arena, limit, log, query, recent).await,
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
        );
}
