//! Annotated functions behave like their plain twins: the same drops in the same order with the
//! same values, and the same results, panics and locations.
//!
//! Each file of `shapes/` is compiled twice from the same tokens: with `#[request_arena]`, and with
//! the attribute that only removes the arena parameter. The package `edition-2021` runs this file
//! in its edition.

#![allow(
    clippy::all,
    clippy::semicolon_if_nothing_returned,
    clippy::todo,
    improper_ctypes_definitions,
    unused,
    unreachable_pub,
    missing_docs,
    missing_debug_implementations,
    reason = "the shapes are odd on purpose"
)]

/// One body in three forms: a function, an `async fn`, and a boxed `async` block that a function
/// returns.
macro_rules! forms {
    ($cases:ident: $(
        $name:ident $parameters:tt -> [$($result:tt)*] $body:tt with $arguments:tt
    )+) => {$({
        #[request_arena]
        fn call $parameters -> $($result)* $body
        $cases.call(stringify!($name), || call $arguments);
        #[request_arena]
        async fn later $parameters -> $($result)* $body
        $cases.future(concat!(stringify!($name), " async"), || later $arguments);
        #[request_arena]
        fn boxed $parameters -> std::pin::Pin<Box<dyn std::future::Future<Output = $($result)*>>> {
            Box::pin(async move $body)
        }
        $cases.future(concat!(stringify!($name), " boxed"), || boxed $arguments);
    })+};
}

/// The same as `forms`, without the `async` block.
macro_rules! with_ref {
    ($cases:ident: $(
        $name:ident $parameters:tt -> [$($result:tt)*] $body:tt with $arguments:tt
    )+) => {$({
        #[request_arena]
        fn call $parameters -> $($result)* $body
        $cases.call(stringify!($name), || call $arguments);
        #[request_arena]
        async fn later $parameters -> $($result)* $body
        $cases.future(concat!(stringify!($name), " async"), || later $arguments);
    })+};
}

/// One body with an await: an `async fn`, and the two kinds of functions that return a future.
macro_rules! later {
    ($cases:ident: $(
        $name:ident $parameters:tt -> [$($result:tt)*] $body:tt with $arguments:tt
    )+) => {$({
        #[request_arena]
        async fn later $parameters -> $($result)* $body
        $cases.future(stringify!($name), || later $arguments);
        #[request_arena]
        fn opaque $parameters -> impl std::future::Future<Output = $($result)*> {
            async move $body
        }
        $cases.future(concat!(stringify!($name), " opaque"), || opaque $arguments);
        #[request_arena]
        fn boxed $parameters -> std::pin::Pin<Box<dyn std::future::Future<Output = $($result)*>>> {
            Box::pin(async move $body)
        }
        $cases.future(concat!(stringify!($name), " boxed"), || boxed $arguments);
    })+};
}

/// Both twins of each file, and a test of each.
macro_rules! files {
    ($($name:ident: $file:literal;)+) => {
        $(mod $name {
            mod annotated {
                use crate::annotated::*;
                use request_arena::{Arena, request_arena};
                include!($file);
            }
            mod plain {
                use crate::plain::*;
                use differential_twin::request_arena;
                include!($file);
            }
            #[test]
            fn behave_as_their_plain_twins() {
                let (differences, shapes) = sides();
                let count = differences.len();
                assert!(
                    count == 0,
                    "{count} logs of {shapes} shapes differ:\n{}",
                    differences.join("\n")
                );
            }
            pub fn sides() -> (Vec<String>, usize) {
                let (mut annotated, mut plain) = Default::default();
                annotated::cases(&mut annotated);
                plain::cases(&mut plain);
                differential::compare(&annotated, &plain)
            }
        })+

        #[test]
        fn there_are_enough_shapes() {
            let shapes = [$($name::sides().1),+];
            assert!(shapes.iter().sum::<usize>() >= 90, "{shapes:?}");
        }
    };
}

files! {
    parameters: "../shapes/parameters.rs";
    bodies: "../shapes/bodies.rs";
    ends: "../shapes/ends.rs";
    futures: "../shapes/futures.rs";
    methods: "../shapes/methods.rs";
    options: "../shapes/options.rs";
    places: "../shapes/places.rs";
}

/// The options that the annotated shapes use.
mod annotated {
    use std::future::Future;

    pub use differential::{
        Answer, Bomb, Cases, Count, D, LIMIT, Memory, Pair, Wide, here, log, note, pause,
    };

    /// The function converts by `into`.
    pub fn converted<R>(call: impl FnOnce() -> R) -> R {
        call()
    }

    /// The same as `converted`, for both sides of a `Result`.
    pub fn converted_sides<R>(call: impl FnOnce() -> R) -> R {
        call()
    }

    /// The future converts by `into`.
    pub fn converted_later<F: Future>(future: F) -> F {
        future
    }

    /// The function answers its limit by `on_limit`.
    pub fn answered<R>(call: impl FnOnce() -> R, _answer: fn() -> R) -> R {
        call()
    }

    /// The future answers its limit by `on_limit`.
    pub fn answered_later<F: Future>(future: F, _answer: fn() -> F::Output) -> F {
        future
    }
}

/// The same for the twins. Here a wrapper around the call does the work of the option.
mod plain {
    use std::future::Future;

    pub use differential::{
        Answer, Bomb, Cases, Count, D, LIMIT, Memory, Pair, Wide, answered, answered_later, here,
        log, note, pause,
    };

    /// The arena of the bodies.
    #[allow(non_upper_case_globals, reason = "the name of the parameter")]
    pub static arena: differential::NoArena = differential::NoArena { is_answered: false };
    /// The arena of the bodies with `on_limit`.
    #[allow(non_upper_case_globals, reason = "the name of the parameter")]
    pub static answering: differential::NoArena = differential::NoArena { is_answered: true };

    pub fn converted<T: Into<Wide>>(call: impl FnOnce() -> T) -> Wide {
        call().into()
    }

    pub fn converted_sides<T: Into<Wide>, E: Into<Answer>>(
        call: impl FnOnce() -> Result<T, E>,
    ) -> Result<Wide, Answer> {
        call().map(T::into).map_err(E::into)
    }

    pub async fn converted_later<T: Into<Wide>>(future: impl Future<Output = T>) -> Wide {
        future.await.into()
    }
}
