impl Search for Index {
    #![allow(non_snake_case)]
    default fn find(&self, query: &str) -> usize {
        let (visit, opener) = ::request_arena::__private::Visit::of_call({
            static __REQUEST_ARENA_SITE: ::request_arena::Site = ::request_arena::Site::new(
                "find",
                ::core::module_path!(),
                ::core::file!(),
                ::core::line!(),
            );
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
                () => arena.alloc_str(query).len(),
            }
        });
        let outcome = {
            use ::request_arena::__private::{AnyOutcome as _, ResultOutcome as _};
            (&::request_arena::__private::Ended(&result)).scope_outcome()
        };
        visit.end(outcome);
        result
    }
}
