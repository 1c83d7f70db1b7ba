//! The facade under another name.
fn count(text: &str) -> usize {
    let (visit, opener) = crate::reexport::arenas::__private::Visit::of_call({
        static __REQUEST_ARENA_SITE: crate::reexport::arenas::Site = crate::reexport::arenas::Site::new(
            "count",
            ::core::module_path!(),
            ::core::file!(),
            ::core::line!(),
        );
        &__REQUEST_ARENA_SITE
    });
    let result = crate::reexport::arenas::__private::call(move || -> usize {
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
            () => arena.alloc_str(text).len(),
        }
    });
    let outcome = {
        use crate::reexport::arenas::__private::{AnyOutcome as _, ResultOutcome as _};
        (&crate::reexport::arenas::__private::Ended(&result)).scope_outcome()
    };
    visit.end(outcome);
    result
}
