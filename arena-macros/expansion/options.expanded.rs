//! The options of the site: sizes are text with a unit, or constants.
fn import(rows: &[Row]) -> usize {
    let (visit, opener) = ::request_arena::__private::Visit::of_call({
        static __REQUEST_ARENA_SITE: ::request_arena::Site = ::request_arena::Site::new(
                "import.rows",
                ::core::module_path!(),
                ::core::file!(),
                ::core::line!(),
            )
            .with_limit(8388608usize)
            .with_soft_limit(1048576usize)
            .with_initial(64 << 10);
        &__REQUEST_ARENA_SITE
    });
    let result = ::request_arena::__private::call(move || -> usize {
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
            () => arena.alloc_slice_copy(rows).len(),
        }
    });
    let outcome = {
        use ::request_arena::__private::{AnyOutcome as _, ResultOutcome as _};
        (&::request_arena::__private::Ended(&result)).scope_outcome()
    };
    visit.end(outcome);
    result
}
async fn limited() -> u8 {
    let (visit, opener) = ::request_arena::__private::Visit::of_future({
        static __REQUEST_ARENA_SITE: ::request_arena::Site = ::request_arena::Site::new(
                "limited",
                ::core::module_path!(),
                ::core::file!(),
                ::core::line!(),
            )
            .with_limit(LIMIT);
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
                let result: u8 = loop {};
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
                () => *arena.alloc(1),
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
