//! What the body returns borrows from the arena, and is turned within the scope.
fn hyphenate(text: &str) -> String {
    let (visit, opener) = ::request_arena::__private::Visit::of_call({
        static __REQUEST_ARENA_SITE: ::request_arena::Site = ::request_arena::Site::new(
            "hyphenate",
            ::core::module_path!(),
            ::core::file!(),
            ::core::line!(),
        );
        &__REQUEST_ARENA_SITE
    });
    let (result, outcome) = ::request_arena::__private::call(move || -> (String, _) {
        let mut arena = opener.enter();
        #[allow(
            clippy::shadow_reuse,
            clippy::shadow_same,
            clippy::shadow_unrelated,
            clippy::used_underscore_binding,
            reason = "the handle has the name of its owner, so that the compiler's messages are about the arena"
        )]
        let arena: Arena<'_> = arena.arena();
        let result = ::request_arena::__private::call(move || -> Words<'_> {
            match () {
                () => Words(arena.alloc_from_iter(text.split(' '))),
            }
        });
        let outcome = {
            use ::request_arena::__private::{AnyOutcome as _, ResultOutcome as _};
            (&::request_arena::__private::Ended(&result)).scope_outcome()
        };
        let way = {
            use ::request_arena::__private::into::{
                PlainWay as _, ResponseWay as _, ResultWay as _,
            };
            (&::request_arena::__private::into::Target::<_, String>::of(&result))
                .way_outward()
        };
        let result = way
            .turn_outward(
                result,
                ::core::convert::Into::into,
                ::core::convert::Into::into,
            );
        return (::core::convert::Into::<String>::into(result), outcome);
    });
    visit.end(outcome);
    result
}
