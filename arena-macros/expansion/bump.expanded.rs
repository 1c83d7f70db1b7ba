//! The arena as a plain `&Bump`.
fn parse(text: &str) -> usize {
    let (visit, opener) = ::request_arena::__private::Visit::of_call({
        static __REQUEST_ARENA_SITE: ::request_arena::Site = ::request_arena::Site::new(
            "parse",
            ::core::module_path!(),
            ::core::file!(),
            ::core::line!(),
        );
        &__REQUEST_ARENA_SITE
    });
    let result = ::request_arena::__private::call(move || -> usize {
        let mut bump = opener.enter();
        #[allow(
            clippy::shadow_reuse,
            clippy::shadow_same,
            clippy::shadow_unrelated,
            clippy::used_underscore_binding,
            reason = "the handle has the name of its owner, so that the compiler's messages are about the arena"
        )]
        let bump: &Bump = bump.bump();
        match () {
            () => bump.alloc_str(text).len(),
        }
    });
    let outcome = {
        use ::request_arena::__private::{AnyOutcome as _, ResultOutcome as _};
        (&::request_arena::__private::Ended(&result)).scope_outcome()
    };
    visit.end(outcome);
    result
}
fn named(text: &str) -> usize {
    let (visit, opener) = ::request_arena::__private::Visit::of_call({
        static __REQUEST_ARENA_SITE: ::request_arena::Site = ::request_arena::Site::new(
            "named",
            ::core::module_path!(),
            ::core::file!(),
            ::core::line!(),
        );
        &__REQUEST_ARENA_SITE
    });
    let result = ::request_arena::__private::call(move || -> usize {
        let mut bump = opener.enter();
        #[allow(
            clippy::shadow_reuse,
            clippy::shadow_same,
            clippy::shadow_unrelated,
            clippy::used_underscore_binding,
            reason = "the handle has the name of its owner, so that the compiler's messages are about the arena"
        )]
        let bump: &'_ bumpalo::Bump = bump.bump();
        match () {
            () => {
                let copy: &'_ str = bump.alloc_str(text);
                copy.len()
            }
        }
    });
    let outcome = {
        use ::request_arena::__private::{AnyOutcome as _, ResultOutcome as _};
        (&::request_arena::__private::Ended(&result)).scope_outcome()
    };
    visit.end(outcome);
    result
}
