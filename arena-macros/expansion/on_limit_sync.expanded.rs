//! An expression answers the limit.
fn copy(text: &str) -> Result<usize, u16> {
    let result = {
        let (visit, opener) = ::request_arena::__private::Visit::of_call({
            static __REQUEST_ARENA_SITE: ::request_arena::Site = ::request_arena::Site::new(
                    "copy",
                    ::core::module_path!(),
                    ::core::file!(),
                    ::core::line!(),
                )
                .with_limit(1048576usize)
                .with_limit_answered();
            &__REQUEST_ARENA_SITE
        });
        match visit
            .call_to_limit(move || -> Result<usize, u16> {
                let mut arena = opener.enter();
                #[allow(
                    clippy::shadow_reuse,
                    clippy::shadow_same,
                    clippy::shadow_unrelated,
                    clippy::used_underscore_binding,
                    reason = "the handle has the name of its owner, so that the compiler's messages are about the arena"
                )]
                let arena: Arena<'_> = arena.arena();
                match () {
                    () => Ok(arena.alloc_str(text).len()),
                }
            })
        {
            ::core::result::Result::Ok(result) => {
                let outcome = {
                    use ::request_arena::__private::{
                        AnyOutcome as _, ResultOutcome as _,
                    };
                    (&::request_arena::__private::Ended(&result)).scope_outcome()
                };
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
            )] return Err(413);
        }
    }
}
