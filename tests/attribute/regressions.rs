//! Code that once did not compile, or caused a warning. Each test has the name of the mistake.

/// A user may have a `SITE`, and use it in a limit.
mod a_constant_named_site {
    use request_arena::{Arena, request_arena};

    const SITE: usize = 4096;

    #[request_arena(limit = SITE, initial = SITE / 4)]
    fn limited_by_site(arena: Arena<'_>) -> usize {
        arena.alloc_str("text").len()
    }

    #[test]
    fn may_be_the_limit() {
        assert_eq!(limited_by_site(), 4);
    }
}

/// The same for `Target`.
mod a_type_named_target {
    use request_arena::{Arena, request_arena};

    struct Target(usize);

    impl From<usize> for Target {
        fn from(length: usize) -> Self {
            Self(length)
        }
    }

    #[request_arena(into = Target)]
    fn into_target(arena: Arena<'_>) -> usize {
        arena.alloc_str("text").len()
    }

    #[test]
    fn may_be_the_type_of_into() {
        assert_eq!(into_target().0, 4);
    }
}

mod a_function_that_never_returns {
    use request_arena::{Arena, request_arena};

    #[request_arena]
    fn never_returns(arena: Arena<'_>, by_panic: bool) -> ! {
        if by_panic {
            panic!("{}", arena.alloc_str("it"));
        }
        std::process::exit(0)
    }

    #[test]
    fn may_panic() {
        assert!(std::panic::catch_unwind(|| never_returns(true)).is_err());
        assert_eq!(crate::counts("never_returns"), [0, 0, 1, 0]);
    }
}

/// An arena of another crate, the caller's arena, an attribute on the parameter, and a macro that
/// declares a lifetime of the same name.
mod what_may_stand_beside_it {
    #![deny(warnings)]

    use request_arena::{Arena, Site, request_arena, scope};

    mod other {
        pub(super) struct Arena<T>(pub(super) T);
    }

    macro_rules! item {
        ($($tokens:tt)*) => { $($tokens)* };
    }

    #[request_arena]
    fn another_crates_arena(
        tree: &other::Arena<u8>,
        #[allow(unused_variables, reason = "it is the subject of the test")] arena: Arena<'_>,
    ) -> u8 {
        tree.0
    }

    #[request_arena]
    fn marked(arena_of_the_caller: &Arena<'_>, #[arena] arena: Arena<'_>) -> usize {
        arena_of_the_caller.alloc_str("a").len() + arena.alloc_str("bc").len()
    }

    #[request_arena]
    fn declared_in_a_macro<'a>(arena: Arena<'a>) -> usize {
        item! {
            fn same<'a>(text: &'a str, _: &str) -> &'a str {
                text
            }
        }
        let text: &'a str = arena.alloc_str("abc");
        same(text, "").len()
    }

    #[test]
    fn does_not_disturb() {
        static SITE: Site = Site::new("beside", module_path!(), file!(), line!());
        assert_eq!(another_crates_arena(&other::Arena(7)), 7);
        assert_eq!(scope(&SITE, |arena| marked(&arena)), 3);
        assert_eq!(declared_in_a_macro(), 3);
    }
}
