//! Raw identifiers; figures are under the plain name.
async fn r#match(r#ref: String) -> usize {
    let (visit, opener) = ::request_arena::__private::Visit::of_future({
        static __REQUEST_ARENA_SITE: ::request_arena::Site = ::request_arena::Site::new(
            "match",
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
                let result: usize = loop {};
                return result;
            }
            let mut r#type = opener.enter();
            #[allow(
                clippy::shadow_reuse,
                clippy::shadow_same,
                clippy::shadow_unrelated,
                clippy::used_underscore_binding,
                reason = "the handle has the name of its owner, so that the compiler's messages are about the arena"
            )]
            let r#type: Arena<'_> = r#type.arena();
            match () {
                () => r#type.alloc_str(&r#ref).len(),
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
