//! `impl Trait` within the result, and as a parameter.
async fn answer(
    parts: impl Iterator<Item = u8>,
) -> Result<impl IntoResponse, (StatusCode, impl Display)> {
    let (visit, opener) = ::request_arena::__private::Visit::of_future({
        static __REQUEST_ARENA_SITE: ::request_arena::Site = ::request_arena::Site::new(
            "answer",
            ::core::module_path!(),
            ::core::file!(),
            ::core::line!(),
        );
        &__REQUEST_ARENA_SITE
    });
    let result = visit
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
                let result: Result<_, (StatusCode, _)> = loop {};
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
            match () {
                () => {
                    let parts = arena.alloc_from_iter(parts);
                    Ok(parts.to_vec())
                }
            }
        })
        .await;
    let outcome = {
        use ::request_arena::__private::{AnyOutcome as _, ResultOutcome as _};
        (&::request_arena::__private::Ended(&result)).scope_outcome()
    };
    visit.end(outcome);
    result
}
fn pairs() -> (impl Fn(u32) -> u32, usize) {
    let (visit, opener) = ::request_arena::__private::Visit::of_call({
        static __REQUEST_ARENA_SITE: ::request_arena::Site = ::request_arena::Site::new(
            "pairs",
            ::core::module_path!(),
            ::core::file!(),
            ::core::line!(),
        );
        &__REQUEST_ARENA_SITE
    });
    let result = ::request_arena::__private::call(move || -> (_, usize) {
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
            () => (|number| number + 1, arena.alloc_str("text").len()),
        }
    });
    let outcome = {
        use ::request_arena::__private::{AnyOutcome as _, ResultOutcome as _};
        (&::request_arena::__private::Ended(&result)).scope_outcome()
    };
    visit.end(outcome);
    result
}
