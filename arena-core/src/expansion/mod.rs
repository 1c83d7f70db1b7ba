//! Support code for the expansion of `#[request_arena]`. It is not part of the public interface and
//! changes without notice.
//!
//! `calls` and `turns` give types to the body of a function that is not `async`. `scope::future`
//! runs the body of an `async` function.
//!
//! The expansion asks two questions about the type of a body's result. Is it a `Result`? Can a
//! framework convert it into the type that `into` names? Method resolution answers both: it prefers
//! the candidate that needs fewer references or dereferences. The methods have names that no other
//! trait uses. A trait with a blanket implementation could not distinguish these cases without
//! specialisation.

use core::marker::PhantomData;
use core::ops::Deref;

use crate::error::ArenaError;

mod calls;
mod turns;

pub use self::calls::*;
pub use self::turns::*;
pub use crate::buffer::Place;
pub use crate::collections::leaves::{AnyCollection, Collection, CollectionOverTheHandle};
pub use crate::figures::stats::Outcome;
pub use crate::scope::future::{
    Answered, Scoped, ToLimit, Verdict, answered, future, future_into, opened, to_limit,
};
pub use crate::scope::guard::RequestScope;
pub use crate::scope::open_arena::OpenArena;
pub use crate::scope::prepared::{Prepared, Ready};
pub use crate::scope::run::{ArenaToken, ScopeRun};
pub use crate::send::{AnyFunction, AxumHandler, SendTrue};

/// The result of a body, to determine the outcome: `(&Ended(&result)).__request_arena_outcome()`,
/// with both traits below in scope.
#[derive(Debug)]
pub struct Ended<'r, R>(pub &'r R);

/// The first candidate, for a `Result`.
pub trait ResultOutcome {
    /// Returns `Error` for `Err`, and `Returned` for `Ok`.
    fn __request_arena_outcome(&self) -> Outcome;
}

impl<T, E> ResultOutcome for Ended<'_, Result<T, E>> {
    #[inline]
    fn __request_arena_outcome(&self) -> Outcome {
        if self.0.is_ok() { Outcome::Returned } else { Outcome::Error }
    }
}

/// The second candidate, for any other type.
pub trait AnyOutcome {
    /// Returns `Returned`.
    #[inline]
    fn __request_arena_outcome(&self) -> Outcome {
        Outcome::Returned
    }
}

impl<R> AnyOutcome for &Ended<'_, R> {}

/// The type of a body's result and the type that `into` names: `(&Target::<_,
/// TYPE>::of(&result)).__request_arena_way()`, with the traits of all conversions in scope.
///
/// Each kind of conversion has a rank. `Target` is the first rank and derefs to `Rank<.., 1>`,
/// which derefs to the next, and so on. Method resolution takes the first rank that has a
/// conversion. Two conversions that fit the same types need different ranks, because the call would
/// be ambiguous otherwise.
#[derive(Debug)]
pub struct Target<T, R>(PhantomData<fn(T) -> R>);

/// A later rank of a [`Target`].
#[derive(Debug)]
pub struct Rank<T, R, const N: usize>(PhantomData<fn(T) -> R>);

/// The rank of [`ResultWay`]. The ranks before it belong to the frameworks.
pub const RESULT: usize = 9;

/// The rank of [`PlainWay`], which is the last.
pub const PLAIN: usize = 10;

impl<T, R> Target<T, R> {
    /// Starts the search for a conversion from the type of `result`.
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

ranks!(1 2 3 4 5 6 7 8 9);

/// The conversion from a `Result` to a `Result`, if no framework has one. No other crate can
/// implement `From` between two `Result`s.
pub trait ResultWay {
    /// The type of `Ok` after the conversion.
    type Value;
    /// The type of `Err` after the conversion.
    type Error;

    /// Returns the conversion that calls `Into` on each side.
    #[inline]
    fn __request_arena_way(&self) -> EachSide<Self::Value, Self::Error> {
        EachSide(PhantomData)
    }
}

impl<T, E, U, F> ResultWay for Rank<Result<T, E>, Result<U, F>, RESULT> {
    type Value = U;
    type Error = F;
}

/// Converts `Ok` and `Err` with the two `Into::into` that the expansion passes. The expansion names
/// them, so that the compiler reports a missing one in the user's terms.
#[derive(Debug)]
pub struct EachSide<U, F>(PhantomData<fn() -> (U, F)>);

impl<U, F> EachSide<U, F> {
    /// Converts both sides of the result. Values that they borrow are still alive.
    ///
    /// # Errors
    ///
    /// Returns the error of `result`, converted.
    #[inline]
    pub fn turn_outward<T, E>(
        self,
        result: Result<T, E>,
        _: Place,
        value: fn(T) -> U,
        error: fn(E) -> F,
    ) -> Result<U, F> {
        result.map(value).map_err(error)
    }

    /// Converts the result to the type that `into` names.
    #[inline]
    pub fn prepare<R>(self, result: Result<U, F>, into: fn(Result<U, F>) -> R) -> Ready<R> {
        Ready(into(result))
    }
}

impl<U, F> Default for EachSide<U, F> {
    fn default() -> Self {
        Self(PhantomData)
    }
}

impl<U, F> Clone for EachSide<U, F> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<U, F> Copy for EachSide<U, F> {}

/// The last candidate, if no framework has a conversion.
pub trait PlainWay {
    /// Returns the conversion that does nothing before `Into`.
    #[inline]
    fn __request_arena_way(&self) -> Plain {
        Plain
    }
}

impl<T, R> PlainWay for Rank<T, R, PLAIN> {}

/// Leaves a result unchanged. The expansion then calls `Into` on it, so that the compiler names a
/// missing `From`.
#[derive(Clone, Copy, Debug)]
pub struct Plain;

impl Plain {
    /// Returns the result unchanged.
    #[inline]
    pub fn turn_outward<T>(self, result: T, _: Place, _: fn(T) -> T, _: fn(T) -> T) -> T {
        result
    }

    /// Converts the result to the type that `into` names.
    #[inline]
    pub fn prepare<T, R>(self, result: T, into: fn(T) -> R) -> Ready<R> {
        Ready(into(result))
    }
}

/// A parameter that an `async` block captures and binds again.
#[derive(Debug)]
pub struct Whole<T>(pub T);

/// The outcome for a result type that cannot be a `Result`.
#[inline]
pub fn returned<R>(_: &R) -> Outcome {
    Outcome::Returned
}

/// Gives an `async` block, and the closures in it, their result type: `if false { return
/// typed::<TYPE>() }`.
///
/// An `async` block has no other way to state its type. Without it, the compiler would report
/// errors about `?` and the last expression at the wrong place.
#[must_use]
pub fn typed<R>() -> R {
    unreachable!("the expansion never calls it")
}

/// Takes the parameters of an `async` function out of the block around its body.
///
/// # Panics
///
/// If the parameters were already taken. An expansion takes them once.
#[inline]
pub fn taken<T>(parameters: &mut Option<T>) -> T {
    match parameters.take() {
        Some(parameters) => parameters,
        None => unreachable!("a future's first poll takes them, once"),
    }
}

/// Calls the closure of an `on_limit`, and infers the type of its parameter.
#[inline]
pub fn answer<R>(error: ArenaError, with: impl FnOnce(ArenaError) -> R) -> R {
    with(error)
}

/// A value for the arena of a function with a wrong annotation. It only needs a type, because the
/// function never runs.
///
/// A crate with such a function does not compile. If the compiler fails to report the expected
/// error, this function reports one.
#[must_use]
pub fn absent<T>() -> T {
    struct Absent<T>(PhantomData<T>);
    impl<T> Absent<T> {
        const BUILDS: () = panic!("`#[request_arena]` cannot read the signature of this function");
    }
    let () = Absent::<T>::BUILDS;
    unreachable!("the crate did not compile")
}
