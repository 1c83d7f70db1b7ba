//! A method's own options are over those of its `impl`.
impl Service {
    fn find(&self) -> usize {
        let (visit, opener) = arenas::__private::Visit::of_call({
            static __REQUEST_ARENA_SITE: arenas::Site = arenas::Site::new(
                    "find",
                    ::core::module_path!(),
                    ::core::file!(),
                    ::core::line!(),
                )
                .with_limit(2097152usize);
            &__REQUEST_ARENA_SITE
        });
        let result = arenas::__private::call(move || -> usize {
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
                () => arena.alloc_str(&self.name).len(),
            }
        });
        let outcome = {
            use arenas::__private::{AnyOutcome as _, ResultOutcome as _};
            (&arenas::__private::Ended(&result)).scope_outcome()
        };
        visit.end(outcome);
        result
    }
    fn name(&self) -> String {
        let (visit, opener) = arenas::__private::Visit::of_call({
            static __REQUEST_ARENA_SITE: arenas::Site = arenas::Site::new(
                    "name",
                    ::core::module_path!(),
                    ::core::file!(),
                    ::core::line!(),
                )
                .with_limit(1048576usize);
            &__REQUEST_ARENA_SITE
        });
        let (result, outcome) = arenas::__private::call(move || -> (String, _) {
            let mut arena = opener.enter();
            #[allow(
                clippy::shadow_reuse,
                clippy::shadow_same,
                clippy::shadow_unrelated,
                clippy::used_underscore_binding,
                reason = "the handle has the name of its owner, so that the compiler's messages are about the arena"
            )]
            let arena: Arena<'_> = arena.arena();
            let result = arenas::__private::call(move || -> &'_ str {
                match () {
                    () => arena.alloc_str(&self.name),
                }
            });
            let outcome = {
                use arenas::__private::{AnyOutcome as _, ResultOutcome as _};
                (&arenas::__private::Ended(&result)).scope_outcome()
            };
            let way = {
                use arenas::__private::into::{
                    PlainWay as _, ResponseWay as _, ResultWay as _,
                };
                (&arenas::__private::into::Target::<_, String>::of(&result))
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
    fn both(&self) -> u8 {
        let (visit, opener) = arenas::__private::Visit::of_call({
            static __REQUEST_ARENA_SITE: arenas::Site = arenas::Site::new(
                    "both",
                    ::core::module_path!(),
                    ::core::file!(),
                    ::core::line!(),
                )
                .with_limit(1048576usize);
            &__REQUEST_ARENA_SITE
        });
        let result = arenas::__private::call(move || -> u8 {
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
                () => *arena.alloc(2),
            }
        });
        let outcome = {
            use arenas::__private::{AnyOutcome as _, ResultOutcome as _};
            (&arenas::__private::Ended(&result)).scope_outcome()
        };
        visit.end(outcome);
        result
    }
}
