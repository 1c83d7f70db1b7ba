//! `into` and `on_limit` with a returned `async` block: both apply to the future's output.
fn name(text: String) -> impl Future<Output = String> {
    ::request_arena::__private::answered(
        ::request_arena::__private::future_into(
            {
                static __REQUEST_ARENA_SITE: ::request_arena::Site = ::request_arena::Site::new(
                        "name",
                        ::core::module_path!(),
                        ::core::file!(),
                        ::core::line!(),
                    )
                    .with_limit(1048576usize)
                    .with_limit_answered();
                &__REQUEST_ARENA_SITE
            },
            async move {
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
                    #[allow(clippy::shadow_reuse, clippy::shadow_same)]
                    let arena: Arena<'_> = handle;
                    if false {
                        return ::request_arena::__private::typed::<&'_ str>();
                    }
                    match () {
                        () => &*arena.alloc_str(&text),
                    }
                }
                    .await;
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
                return (
                    way.prepare(result, ::core::convert::Into::<String>::into),
                    outcome,
                );
            },
        ),
        move |_| -> String { String::new() },
    )
}
