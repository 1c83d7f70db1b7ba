//! A body and a query that are parsed in the scope of an `async` function.
fn create(
    page: ::request_arena::extract::QueryString,
    order: ::request_arena::extract::JsonBody,
) -> impl ::core::future::Future<Output = String> {
    #[allow(clippy::implicit_return, reason = "the user's is not the function's")]
    return ::request_arena::__private::future(
        {
            static __REQUEST_ARENA_SITE: ::request_arena::Site = ::request_arena::Site::new(
                "create",
                ::core::module_path!(),
                ::core::file!(),
                ::core::line!(),
            );
            &__REQUEST_ARENA_SITE
        },
        async move {
            if false {
                return ::request_arena::__private::typed::<String>();
            }
            #[allow(clippy::shadow_reuse, clippy::shadow_same)]
            #[allow(clippy::used_underscore_binding)]
            let mut arena = ::request_arena::__private::opened();
            let handle = ::request_arena::__private::OpenArena::arena(&mut arena);
            #[allow(clippy::shadow_reuse, clippy::shadow_same)]
            let page = match page.try_parse_in::<Page<'_>>(&handle) {
                ::core::result::Result::Ok(value) => value,
                ::core::result::Result::Err(rejection) => {
                    #[allow(
                        unreachable_code,
                        clippy::diverging_sub_expression,
                        clippy::needless_return,
                        reason = "the answer may end by itself"
                    )]
                    return ::request_arena::__private::extract::answer::<
                        String,
                        _,
                    >(rejection, |rejection| rejection.to_string());
                }
            };
            #[allow(clippy::shadow_reuse, clippy::shadow_same)]
            #[allow(unused)]
            let mut order = match order.try_parse_in::<Order<'_>>(&handle) {
                ::core::result::Result::Ok(value) => value,
                ::core::result::Result::Err(rejection) => {
                    #[allow(
                        unreachable_code,
                        clippy::diverging_sub_expression,
                        clippy::needless_return,
                        reason = "the answer may end by itself"
                    )]
                    return ::request_arena::__private::extract::answer::<
                        String,
                        _,
                    >(rejection, |rejection| rejection.to_string());
                }
            };
            #[allow(clippy::shadow_reuse, clippy::shadow_same)]
            let arena: Arena<'_> = handle;
            match () {
                () => order.text(page),
            }
        },
        ::request_arena::__private::returned,
    );
}
