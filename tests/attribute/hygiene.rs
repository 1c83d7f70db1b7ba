//! Hygiene: no name of the user can collide with a name of the expansion.

use axum::extract::Path;
use request_arena::{Arena, request_arena};

use crate::support::{pause, poll_at_most};

#[request_arena]
fn parameters(
    arena: Arena<'_>,
    run: u32,
    result: u32,
    site: u32,
    way: u32,
    owner: u32,
    scope: u32,
    token: u32,
) -> u32 {
    arena.alloc(run + result + site + way + owner + scope + token).wrapping_add(0)
}

#[request_arena(into = u64)]
async fn async_parameters(run: u32, arena: Arena<'_>, result: u32, way: u32, token: u32) -> u32 {
    let sum = arena.alloc(run);
    pause().await;
    *sum + result + way + token
}

#[request_arena]
fn run(run: Arena<'_>) -> Result<usize, ()> {
    let result = run.alloc_str("result");
    let site = result.len();
    Ok(site)
}

#[request_arena]
fn result(arena: Arena<'_>) -> usize {
    let arena2 = arena.fork();
    let arena3 = &arena2;
    arena3.alloc_str("arena2").len() + arena.alloc_str("arena").len()
}

#[request_arena]
fn shadowed(arena: Arena<'_>) -> usize {
    let length = arena.alloc_str("text").len();
    let arena = length;
    arena + 1
}

#[test]
fn variables_of_the_user_are_not_those_of_the_expansion() {
    assert_eq!(parameters(1, 2, 3, 4, 5, 6, 7), 28);
    assert_eq!(poll_at_most(async_parameters(1, 2, 3, 4), 2), Some(10));
    assert_eq!((run(), result(), shadowed()), (Ok(6), 11, 5));
}

struct Wrapped<T>(T);

/// Every form of a function, with a pattern that binds this name.
macro_rules! patterns {
    ($($name:ident)*) => {
        $(mod $name {
            use super::{Arena, Wrapped, pause, request_arena};

            #[request_arena]
            pub(super) fn sync_of_a_pattern(
                arena: Arena<'_>,
                Wrapped($name): Wrapped<u32>,
                Wrapped(other): Wrapped<u32>,
            ) -> u32 {
                *arena.alloc($name + other)
            }

            #[request_arena(send = true)]
            pub(super) async fn later_of_a_pattern(
                arena: Arena<'_>,
                Wrapped($name): Wrapped<u32>,
            ) -> u32 {
                pause().await;
                *arena.alloc($name)
            }

            #[request_arena(into = u64, limit = "64 KiB", on_limit = 0)]
            pub(super) fn turned_of_a_pattern(
                arena: Arena<'_>,
                Wrapped($name): Wrapped<u32>,
            ) -> u32 {
                *arena.alloc($name)
            }

            #[request_arena(
                into = u64,
                limit = "64 KiB",
                on_limit = |refused| refused.to_string().len() as u64,
            )]
            pub(super) async fn turned_later_of_a_pattern(
                arena: Arena<'_>,
                Wrapped($name): Wrapped<u32>,
            ) -> u32 {
                pause().await;
                *arena.alloc($name)
            }

            #[request_arena]
            pub(super) async fn of_axum_of_a_pattern(
                arena: Arena<'_>,
                super::Path($name): super::Path<u32>,
            ) -> u32 {
                pause().await;
                *arena.alloc($name)
            }
        })*

        #[test]
        fn variables_in_patterns_are_not_those_of_the_expansion() {
            $(
                assert_eq!($name::sync_of_a_pattern(Wrapped(1), Wrapped(2)), 3, stringify!($name));
                assert_eq!(poll_at_most($name::later_of_a_pattern(Wrapped(3)), 2), Some(3));
                assert_eq!($name::turned_of_a_pattern(Wrapped(4)), 4);
                assert_eq!(poll_at_most($name::turned_later_of_a_pattern(Wrapped(5)), 2), Some(5));
                assert_eq!(poll_at_most($name::of_axum_of_a_pattern(Path(6)), 2), Some(6));
            )*
        }
    };
}

patterns! {
    body error future handle handler never token outcome owner parameter_1 parameters result site
    run way r#type
}

#[request_arena]
fn local_items(arena: Arena<'_>) -> usize {
    const SITE: usize = 3;
    static COUNT: std::sync::atomic::AtomicUsize = std::sync::atomic::AtomicUsize::new(1);
    struct Visit {
        scope: usize,
    }
    enum Outcome {
        Ended,
    }
    trait AnyOutcome {
        fn outcome(&self) -> usize;
    }
    impl AnyOutcome for Outcome {
        fn outcome(&self) -> usize {
            10
        }
    }
    fn helper<'a>(arena: &Arena<'a>) -> &'a str {
        arena.alloc_str("helper")
    }
    macro_rules! early {
        ($value:expr) => {
            return $value
        };
    }
    use Outcome::Ended;
    let run = Visit { scope: SITE };
    if run.scope == 3 {
        early!(
            helper(&arena).len()
                + Ended.outcome()
                + COUNT.load(std::sync::atomic::Ordering::Relaxed)
        );
    }
    0
}

#[test]
fn items_within_the_body_are_its_own() {
    assert_eq!(local_items(), 17);
}

/// This module shadows the names of the prelude.
mod hostile {
    #![allow(dead_code, unused_macros, reason = "what the expansion must not pick up")]

    use ::request_arena::Arena as TheArena;

    pub(super) struct Arena;
    struct Option;
    struct Some;
    struct Ok;
    struct Result;
    struct Visit;
    struct Site;
    struct Ended;
    struct Outcome;
    struct Box;
    mod core {}
    mod std {}
    mod request_arena {}
    macro_rules! panic {
        () => {
            compile_error!("not this one")
        };
    }
    macro_rules! line {
        () => {
            compile_error!("not this one")
        };
    }
    trait Hides {
        fn judge(&self) {}
        fn enter(&self) {}
        fn call(&self) {}
        fn end(&self) {}
        fn watch(&self) {}
        fn token(&self) {}
    }
    impl<T> Hides for T {}

    #[::request_arena::request_arena(
        into = ::core::option::Option<u8>,
        name = "hostile",
        limit = 5000,
        initial = 100,
    )]
    pub(super) fn sync(#[arena] arena: TheArena<'_>) -> u8 {
        *arena.alloc(5)
    }

    #[::request_arena::request_arena]
    pub(super) async fn asynchronous(
        #[arena] arena: TheArena<'_>,
    ) -> ::core::result::Result<u8, ()> {
        ::core::result::Result::Ok(*arena.alloc(5))
    }
}

#[test]
fn a_module_that_hides_every_name_does_not_disturb() {
    assert_eq!(hostile::sync(), Some(5));
    assert_eq!(poll_at_most(hostile::asynchronous(), 1), Some(Ok(5)));
    let _ = hostile::Arena;
}

macro_rules! handler {
    ($name:ident, $arena:ident, $body:expr) => {
        #[request_arena]
        fn $name($arena: Arena<'_>) -> usize {
            $body
        }
    };
}
handler!(from_a_macro, memory, memory.alloc_str("macro").len());

macro_rules! handler_with_its_own_arena {
    ($name:ident) => {
        #[request_arena]
        fn $name(arena: Arena<'_>) -> usize {
            arena.alloc_str("own").len()
        }
    };
}
handler_with_its_own_arena!(from_another_macro);

macro_rules! handler_of_fragments {
    (
        $(#[$attribute:meta])*
        $visibility:vis fn $name:ident(
            $arena:pat, $handle:ty, $($argument:ident: $type:ty),*
        ) -> $result:ty
        $body:block
    ) => {
        #[request_arena]
        $(#[$attribute])*
        $visibility fn $name(#[arena] $arena: $handle, $($argument: $type),*) -> $result $body
    };
}
handler_of_fragments! {
    /// Documentation.
    #[must_use]
    pub(crate) fn from_fragments(mut memory, Arena<'_>, text: &str, number: u8) -> (usize, u8) {
        memory = memory.fork();
        (memory.alloc_str(text).len(), number)
    }
}

macro_rules! item {
    ($item:item) => {
        #[request_arena(limit = "1 MiB", on_limit = 0)]
        $item
    };
}
item! {
    fn from_an_item<'a>(arena: Arena<'a>) -> usize {
        let text: &'a str = arena.alloc_str("item");
        text.len()
    }
}

macro_rules! future {
    ($name:ident, $arena:ident, $body:expr) => {
        #[request_arena]
        fn $name($arena: Arena<'_>) -> impl Future<Output = usize> {
            $body
        }
    };
}
future!(from_a_future, memory, async move { memory.alloc_str("future").len() });

#[test]
fn the_attribute_works_in_the_code_of_a_macro() {
    assert_eq!((from_a_macro(), from_another_macro()), (5, 3));
    assert_eq!((from_fragments("text", 1), from_an_item()), ((4, 1), 4));
    assert_eq!(poll_at_most(from_a_future(), 1), Some(6));
}

#[request_arena(name = "raw")]
fn r#match(r#type: Arena<'_>, r#struct: &str) -> usize {
    r#type.alloc_str(r#struct).len()
}

#[request_arena]
async fn r#loop<'r#for>(r#fn: Arena<'r#for>) -> usize {
    let text: &'r#for str = r#fn.alloc_str("raw");
    pause().await;
    text.len()
}

#[test]
fn names_may_be_raw() {
    assert_eq!((r#match("raw"), poll_at_most(r#loop(), 2)), (3, Some(3)));
    assert_eq!(crate::counts("loop"), [1, 0, 0, 0]);
}

/// Conditions, lint levels and documentation stay on their parameter.
#[request_arena]
fn attributed(
    #[cfg(any())] missing: Missing,
    #[cfg(not(any()))] there: u8,
    #[allow(unused_variables, reason = "it is the subject of the test")] unused: u8,
    #[cfg_attr(any(), missing)] other: u8,
    #[allow(unused_mut, reason = "it is the subject of the test")] mut arena: Arena<'_>,
) -> u8 {
    *arena.alloc(there + other)
}

#[test]
fn parameters_may_have_attributes() {
    assert_eq!(attributed(1, 2, 3), 4);
}
