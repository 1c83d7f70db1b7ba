//! What `#[request_arena]` expands to. Not part of the public interface: it changes without notice.
//!
//! `calls` and `turns` type the body of a function that is not `async`;
//! `scope::future` runs that of one that is.
//!
//! Two questions about the type of a body's result are put by method resolution, which prefers the
//! candidate that needs fewer references or dereferences (and the methods have names that no other
//! trait has): is it a `Result`, and does a framework know how to turn it into the type that `into`
//! names? A trait with a blanket implementation could not tell these apart without specialisation.

use core::marker::PhantomData;
use core::ops::Deref;

use crate::error::ArenaError;

mod calls;
pub(crate) mod leaves;
pub mod send;
mod turns;

pub use self::calls::*;
pub use self::leaves::{AnyCollection, Collection, CollectionOverTheHandle};
pub use self::send::{AnyFunction, AxumHandler, SendTrue};
pub use self::turns::*;
pub use crate::figures::stats::Outcome;
pub use crate::scope::future::{
    Answered, Scoped, ToLimit, Verdict, answered, future, future_into, opened, to_limit,
};
pub use crate::scope::guard::{KeepTheScopeAndForkItsArena, RequestScope};
pub use crate::scope::open_arena::OpenArena;
pub use crate::scope::run::{ArenaToken, ScopeRun};

/// A body's result, to be judged: `(&Ended(&result)).__request_arena_outcome()`, with both traits
/// below in scope.
#[derive(Debug)]
pub struct Ended<'r, R>(pub &'r R);

/// Found first, for `Result`.
pub trait ResultOutcome {
    /// `Error` for `Err`.
    fn __request_arena_outcome(&self) -> Outcome;
}

impl<T, E> ResultOutcome for Ended<'_, Result<T, E>> {
    #[inline]
    fn __request_arena_outcome(&self) -> Outcome {
        if self.0.is_ok() { Outcome::Returned } else { Outcome::Error }
    }
}

/// Found else.
pub trait AnyOutcome {
    /// Always `Returned`.
    #[inline]
    fn __request_arena_outcome(&self) -> Outcome {
        Outcome::Returned
    }
}

impl<R> AnyOutcome for &Ended<'_, R> {}

/// A body's result and the type that `into` names:
/// `(&Target::<_, TYPE>::of(&result)).__request_arena_way()`, with the traits of all ways in scope.
///
/// Each kind of way has a rank. `Target` is the first and derefs to `Rank<.., 1>`, and so on:
/// method resolution takes the first rank that has a way. Two ways that fit the same types are on
/// different ranks, or the call would be ambiguous.
#[derive(Debug)]
pub struct Target<T, R>(PhantomData<fn(T) -> R>);

/// A later rank of a [`Target`].
#[derive(Debug)]
pub struct Rank<T, R, const N: usize>(PhantomData<fn(T) -> R>);

/// The rank of [`ResultWay`]: the ranks before it are for the frameworks.
pub const RESULT: usize = 7;

/// The rank of [`PlainWay`], the last.
pub const PLAIN: usize = 8;

impl<T, R> Target<T, R> {
    /// Asks for the way from the type of `result`.
    #[inline]
    pub fn of(_: &T) -> Self {
        Self(PhantomData)
    }
}

impl<T, R> Deref for Target<T, R> {
    type Target = Rank<T, R, 1>;

    #[inline]
    fn deref(&self) -> &Rank<T, R, 1> {
        &Rank(PhantomData)
    }
}

macro_rules! ranks {
    ($($rank:literal)+) => {$(
        impl<T, R> Deref for Rank<T, R, $rank> {
            type Target = Rank<T, R, { $rank + 1 }>;

            #[inline]
            fn deref(&self) -> &Self::Target {
                &Rank(PhantomData)
            }
        }
    )+};
}

ranks!(1 2 3 4 5 6 7);

/// From a `Result` to a `Result`, where no framework knows a way: no other crate can implement
/// `From` between those.
pub trait ResultWay {
    /// What `Ok` becomes.
    type Value;
    /// What `Err` becomes.
    type Error;

    /// The way by `Into` of each side.
    #[inline]
    fn __request_arena_way(&self) -> EachSide<Self::Value, Self::Error> {
        EachSide(PhantomData)
    }
}

impl<T, E, U, F> ResultWay for Rank<Result<T, E>, Result<U, F>, RESULT> {
    type Value = U;
    type Error = F;
}

/// Turns `Ok` and `Err`, each by the `Into::into` that the expansion gives it: named there, a
/// missing one is missed in the user's terms.
#[derive(Debug)]
pub struct EachSide<U, F>(PhantomData<fn() -> (U, F)>);

impl<U, F> EachSide<U, F> {
    /// The result with both sides turned, while what they borrow is still there.
    ///
    /// # Errors
    ///
    /// The one that it was given, turned.
    #[inline]
    pub fn turn_outward<T, E>(
        self,
        result: Result<T, E>,
        value: fn(T) -> U,
        error: fn(E) -> F,
    ) -> Result<U, F> {
        result.map(value).map_err(error)
    }
}

/// Found last, when no framework knows a way.
pub trait PlainWay {
    /// Nothing to do before `Into`.
    #[inline]
    fn __request_arena_way(&self) -> Plain {
        Plain
    }
}

impl<T, R> PlainWay for Rank<T, R, PLAIN> {}

/// Leaves a result as it is: the expansion calls `Into` on it, so that the compiler speaks of
/// `From` where that is missing.
#[derive(Debug)]
pub struct Plain;

impl Plain {
    /// The result.
    #[inline]
    pub fn turn_outward<T>(self, result: T, _: fn(T) -> T, _: fn(T) -> T) -> T {
        result
    }
}

/// A parameter that an `async` block captures, and binds anew.
#[derive(Debug)]
pub struct Whole<T>(pub T);

/// How a scope ended, for a result that cannot be a `Result`.
#[inline]
pub fn returned<R>(_: &R) -> Outcome {
    Outcome::Returned
}

/// Gives an `async` block its result type, and closures in it theirs:
/// `if false { return typed::<TYPE>() }`.
///
/// An `async` block cannot state its type otherwise, and errors about `?` and about the last
/// expression would stand at the wrong place.
#[must_use]
pub fn typed<R>() -> R {
    unreachable!("the expansion never calls it")
}

/// Takes the parameters of an `async` function out of the block around its body.
///
/// # Panics
///
/// If they were taken before, which an expansion does not.
#[inline]
pub fn taken<T>(parameters: &mut Option<T>) -> T {
    match parameters.take() {
        Some(parameters) => parameters,
        None => unreachable!("a future's first poll takes them, once"),
    }
}

/// Calls the closure of an `on_limit`, whose parameter need not say its type.
#[inline]
pub fn answer<R>(error: ArenaError, with: impl FnOnce(ArenaError) -> R) -> R {
    with(error)
}

/// The arena of a function with a wrong annotation, which never runs: it only has to have a type.
///
/// A crate with such a function does not compile. Where an error was expected of the compiler and
/// none came, this one does.
#[must_use]
pub fn absent<T>() -> T {
    struct Absent<T>(PhantomData<T>);
    impl<T> Absent<T> {
        const BUILDS: () = panic!("`#[request_arena]` cannot read the signature of this function");
    }
    let () = Absent::<T>::BUILDS;
    unreachable!("the crate did not compile")
}
