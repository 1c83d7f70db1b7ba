//! The ways from a body's result to the response of a web framework, for
//! `#[request_arena(into = RESPONSE)]`.
//!
//! A framework tells three things of its response `R`, each in a file of its own:
//!
//! * [`Own`]: which types it turns into `R` by a trait of its own. That trait must not need the
//!   request, which is not here.
//! * [`Lent`]: which types may borrow from the arena although the framework asks for `'static`;
//!   text and bytes among them, by [`FromText`].
//! * [`Fault`]: what it makes of the `Err` of a handler.
//!
//! The implementations of [`ResponseWay`] below put these together, for the result itself and for
//! both sides of a `Result`. Where two of them fit, the rank decides: a type that is lent comes
//! first, because the compiler forgets lifetimes when it looks for a method, and takes `&'a str`
//! for the `&'static str` that a framework knows.

#[cfg(feature = "actix-web")]
mod actix_web;
#[cfg(feature = "axum")]
mod axum;
#[cfg(feature = "poem")]
mod poem;
#[cfg(feature = "rocket")]
pub(crate) mod rocket;
#[cfg(feature = "warp")]
mod warp;

use request_arena_core::collections::owned;
use request_arena_core::expansion::{Rank, Target};

/// Turned into the response `R` by the framework's own trait.
pub trait Own<R> {
    /// The response.
    fn into_own(self) -> R;
}

/// May borrow from the arena: the response `R` gets a copy.
pub trait Lent<R> {
    /// The response, which borrows no longer.
    fn copy_out(self) -> R;
}

/// What the `Err` of a handler becomes.
pub trait Fault<R> {
    /// The response.
    fn into_answer(self) -> R;
}

/// A response that is made of text, or of bytes, with the framework's type of content for each.
pub trait FromText {
    /// From text.
    fn from_text(text: String) -> Self;

    /// From bytes.
    fn from_bytes(bytes: Vec<u8>) -> Self;
}

impl<R: FromText> Lent<R> for &str {
    fn copy_out(self) -> R {
        R::from_text(self.to_owned())
    }
}

impl<R: FromText> Lent<R> for &mut str {
    fn copy_out(self) -> R {
        R::from_text(self.to_owned())
    }
}

impl<R: FromText> Lent<R> for owned::String<'_> {
    fn copy_out(self) -> R {
        R::from_text(self.as_str().to_owned())
    }
}

impl<R: FromText> Lent<R> for &[u8] {
    fn copy_out(self) -> R {
        R::from_bytes(self.to_owned())
    }
}

impl<R: FromText> Lent<R> for &mut [u8] {
    fn copy_out(self) -> R {
        R::from_bytes(self.to_owned())
    }
}

impl<R, T: Lent<R>, E: Lent<R>> Lent<R> for Result<T, E> {
    fn copy_out(self) -> R {
        match self {
            Ok(value) => value.copy_out(),
            Err(error) => error.copy_out(),
        }
    }
}

/// The way of a framework, on its rank.
pub trait ResponseWay {
    /// `Whole` or `ValueSide`.
    type Way;

    /// The way.
    fn __request_arena_way(&self) -> Self::Way;
}

/// Turns all of a result.
#[derive(Debug)]
pub struct Whole<T, R>(fn(T) -> R);

impl<T, R> Whole<T, R> {
    /// Turns the result into the response, while what it borrows is still there.
    #[inline]
    pub fn turn_outward(self, result: T, _: fn(T) -> T, _: fn(T) -> T) -> R {
        (self.0)(result)
    }
}

/// Turns the `Ok` of a result into a response, for a handler that gives a `Result` to its
/// framework.
#[derive(Debug)]
pub struct ValueSide<T, R>(fn(T) -> R);

impl<T, R> ValueSide<T, R> {
    /// The result with both sides turned. `Err` goes by the `Into::into` that the expansion gives,
    /// so that a missing one is named there.
    ///
    /// # Errors
    ///
    /// The one that it was given, turned.
    #[inline]
    pub fn turn_outward<E, F>(
        self,
        result: Result<T, E>,
        _: fn(T) -> T,
        error: fn(E) -> F,
    ) -> Result<R, F> {
        result.map(self.0).map_err(error)
    }
}

impl<R, T: Lent<R>> ResponseWay for Target<T, R> {
    type Way = Whole<T, R>;

    #[inline]
    fn __request_arena_way(&self) -> Whole<T, R> {
        Whole(T::copy_out)
    }
}

impl<R, T: Lent<R>, E: Fault<R>> ResponseWay for Rank<Result<T, E>, R, 1> {
    type Way = Whole<Result<T, E>, R>;

    #[inline]
    fn __request_arena_way(&self) -> Whole<Result<T, E>, R> {
        Whole(|result| result.map_or_else(E::into_answer, T::copy_out))
    }
}

impl<R, T: Own<R>, E: Lent<R>> ResponseWay for Rank<Result<T, E>, R, 2> {
    type Way = Whole<Result<T, E>, R>;

    #[inline]
    fn __request_arena_way(&self) -> Whole<Result<T, E>, R> {
        Whole(|result| result.map_or_else(E::copy_out, T::into_own))
    }
}

impl<R, T: Own<R>> ResponseWay for Rank<T, R, 3> {
    type Way = Whole<T, R>;

    #[inline]
    fn __request_arena_way(&self) -> Whole<T, R> {
        Whole(T::into_own)
    }
}

/// For frameworks that have no response for a `Result` as such.
impl<R, T: Own<R>, E: Fault<R>> ResponseWay for Rank<Result<T, E>, R, 4> {
    type Way = Whole<Result<T, E>, R>;

    #[inline]
    fn __request_arena_way(&self) -> Whole<Result<T, E>, R> {
        Whole(|result| result.map_or_else(E::into_answer, T::into_own))
    }
}

impl<R, F, T: Lent<R>, E> ResponseWay for Rank<Result<T, E>, Result<R, F>, 5> {
    type Way = ValueSide<T, R>;

    #[inline]
    fn __request_arena_way(&self) -> ValueSide<T, R> {
        ValueSide(T::copy_out)
    }
}

impl<R, F, T: Own<R>, E> ResponseWay for Rank<Result<T, E>, Result<R, F>, 6> {
    type Way = ValueSide<T, R>;

    #[inline]
    fn __request_arena_way(&self) -> ValueSide<T, R> {
        ValueSide(T::into_own)
    }
}
