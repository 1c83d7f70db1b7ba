//! An expression answers the limit.
fn copy(text: &str) -> Result<usize, u16> {
    let (run, token) = ::request_arena::__private::ScopeRun::of_call({
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
    #[allow(
        clippy::implicit_return,
        clippy::result_large_err,
        reason = "said of the function"
    )]
    let body = ::request_arena::__private::takes_2(
        &token,
        &text,
        |
            token,
            #[allow(clippy::shadow_reuse, clippy::shadow_same)]
            text,
        | -> Result<usize, u16> {
            #[allow(clippy::shadow_reuse, clippy::shadow_same)]
            #[allow(clippy::used_underscore_binding)]
            let mut arena = ::request_arena::__private::ArenaToken::enter(token);
            #[allow(clippy::shadow_reuse, clippy::shadow_same)]
            let arena: Arena<'_> = ::request_arena::__private::OpenArena::arena(
                &mut arena,
            );
            match () {
                () => Ok(arena.alloc_str(text).len()),
            }
        },
    );
    match run.call_to_limit(|| body(token, text)) {
        ::core::result::Result::Ok(result) => {
            let outcome = {
                use ::request_arena::__private::{AnyOutcome as _, ResultOutcome as _};
                (&::request_arena::__private::Ended(&result)).__request_arena_outcome()
            };
            run.end(outcome);
            return result;
        }
        ::core::result::Result::Err(error) => {
            ::core::mem::drop(run);
            match ::core::result::Result::<::core::convert::Infallible, _>::Err(error) {
                ::core::result::Result::Ok(never) => match never {}
                ::core::result::Result::Err(_) => {
                    #[allow(
                        unreachable_code,
                        clippy::diverging_sub_expression,
                        reason = "the answer may end by itself"
                    )] return Err(413);
                }
            }
        }
    }
}
