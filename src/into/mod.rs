//! Converts a handler's result to the response of a web framework, for
//! `#[request_arena(into = RESPONSE)]`.
//!
//! Each framework has a file here. For its response `R`, it implements three traits:
//!
//! * [`OwnedResponse`]: the types that the framework itself converts to `R`. The framework's trait
//!   must not need the request, which does not exist here.
//! * [`BorrowedResponse`]: the types that may borrow from the arena although the framework requires
//!   `'static`. Through [`FromBody`], text, bytes and JSON are among them.
//! * [`ErrorResponse`]: the types that the framework accepts as the `Err` of a handler.
//!
//! A conversion has two steps. While the arena is open, the content of the body is written to a
//! buffer of the pool. After the scope, [`Prepared`] makes the framework's response.
//!
//! The implementations of [`ResponseWay`] below combine these, for the result itself and for both
//! sides of a `Result`. Two implementations may fit one type, and then the rank decides.
//! `BorrowedResponse` has the first rank, because method look-up ignores lifetimes: it would take
//! `&'a str` for the `&'static str` that a framework accepts.

#[cfg(feature = "actix-web")]
mod actix_web;
#[cfg(any(feature = "axum", feature = "axum_0_7"))]
mod axum;
#[cfg_attr(
    not(all(feature = "axum", feature = "poem", feature = "rocket")),
    allow(dead_code, reason = "each framework uses a part of it")
)]
mod body;
#[cfg(feature = "poem")]
mod poem;
#[cfg(feature = "rocket")]
pub(crate) mod rocket;
#[cfg(feature = "__json")]
mod unserialisable;
#[cfg(feature = "warp")]
mod warp;

use request_arena_core::collections::owned;
use request_arena_core::expansion::{Place, Prepared, Rank, Target};

use self::body::{Body, FromBody, Kind};
#[cfg(feature = "__json")]
pub use self::unserialisable::JsonAnswer;

/// A type that the framework's own trait converts to the response `R`.
pub trait OwnedResponse<R> {
    /// The response.
    fn into_owned_response(self) -> R;
}

/// A type that may borrow from the arena. The response `R` gets a copy, in a buffer of the pool.
pub trait BorrowedResponse<R: FromBody> {
    /// Prepares the response, which borrows nothing.
    fn copy_to_response(self, place: Place) -> R::Prepared;
}

/// A type that a handler may return as `Err`.
pub trait ErrorResponse<R> {
    /// The response.
    fn into_error_response(self) -> R;
}

macro_rules! texts {
    ($($text:ty),+) => {$(
        impl<R: FromBody> BorrowedResponse<R> for $text {
            fn copy_to_response(self, place: Place) -> R::Prepared {
                let text: &str = &self;
                R::prepare(Body::copy(place, Kind::Text, text.as_bytes()))
            }
        }
    )+};
}

texts!(&str, &mut str, owned::String<'_>);

impl<R: FromBody> BorrowedResponse<R> for &[u8] {
    fn copy_to_response(self, place: Place) -> R::Prepared {
        R::prepare(Body::copy(place, Kind::Bytes, self))
    }
}

impl<R: FromBody> BorrowedResponse<R> for &mut [u8] {
    fn copy_to_response(self, place: Place) -> R::Prepared {
        R::prepare(Body::copy(place, Kind::Bytes, self))
    }
}

#[cfg(feature = "json")]
impl<R: FromBody, T: serde::Serialize> BorrowedResponse<R> for crate::Json<T> {
    fn copy_to_response(self, place: Place) -> R::Prepared {
        json::<R>(place, &self.0)
    }
}

/// Prepares a response with a value as JSON, or the framework's answer if it cannot be serialised.
#[cfg(any(
    feature = "actix-web",
    feature = "axum",
    feature = "axum_0_7",
    feature = "json",
    feature = "poem",
    feature = "rocket"
))]
fn json<R: FromBody>(place: Place, value: &impl serde::Serialize) -> R::Prepared {
    match Body::json(place, value) {
        Ok(body) => R::prepare(body),
        Err(error) => R::prepare_error(&error, place),
    }
}

impl<R: FromBody, T: BorrowedResponse<R>, E: BorrowedResponse<R>> BorrowedResponse<R>
    for Result<T, E>
{
    fn copy_to_response(self, place: Place) -> R::Prepared {
        match self {
            Ok(value) => value.copy_to_response(place),
            Err(error) => error.copy_to_response(place),
        }
    }
}

/// How to convert a result, found by method look-up in the order of ranks.
pub trait ResponseWay {
    /// `ConvertAll` or `ConvertOk`.
    type Way;

    /// Selects the conversion.
    fn __request_arena_way(&self) -> Self::Way;
}

/// Converts the whole result to a response.
#[derive(Debug)]
pub struct ConvertAll<T, R: FromBody>(fn(T, Place) -> R::Prepared);

impl<T, R: FromBody> ConvertAll<T, R> {
    /// Converts the result. It may borrow from the arena, which has not ended yet.
    #[inline]
    pub fn turn_outward(
        self,
        result: T,
        place: Place,
        _: fn(T) -> T,
        _: fn(T) -> T,
    ) -> R::Prepared {
        (self.0)(result, place)
    }

    /// Returns the prepared response, which becomes `R` after the scope.
    #[inline]
    pub fn prepare(self, prepared: R::Prepared, _: fn(R) -> R) -> R::Prepared {
        prepared
    }
}

impl<T, R: FromBody> Clone for ConvertAll<T, R> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T, R: FromBody> Copy for ConvertAll<T, R> {}

/// Converts only `Ok` to a response, for a handler that returns a `Result` to its framework.
#[derive(Debug)]
pub struct ConvertOk<T, R: FromBody>(fn(T, Place) -> R::Prepared);

impl<T, R: FromBody> ConvertOk<T, R> {
    /// Converts both sides of the result. The expansion passes `Into::into` for `Err`, so the
    /// compiler reports a missing conversion there.
    ///
    /// # Errors
    ///
    /// Returns the error of `result`, converted.
    #[inline]
    pub fn turn_outward<E, F>(
        self,
        result: Result<T, E>,
        place: Place,
        _: fn(T) -> T,
        error: fn(E) -> F,
    ) -> Result<R::Prepared, F> {
        result.map(|value| (self.0)(value, place)).map_err(error)
    }

    /// Returns the prepared response, which becomes `Result<R, F>` after the scope.
    ///
    /// # Errors
    ///
    /// Returns the error of `prepared`.
    #[inline]
    pub fn prepare<F>(
        self,
        prepared: Result<R::Prepared, F>,
        _: fn(Result<R, F>) -> Result<R, F>,
    ) -> Result<R::Prepared, F> {
        prepared
    }
}

impl<T, R: FromBody> Clone for ConvertOk<T, R> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T, R: FromBody> Copy for ConvertOk<T, R> {}

/// Prepares a response that the framework itself makes, with all its memory from the heap.
fn ready<T: OwnedResponse<R>, R: FromBody>(value: T) -> R::Prepared {
    R::Prepared::ready(value.into_owned_response())
}

fn ready_error<E: ErrorResponse<R>, R: FromBody>(error: E) -> R::Prepared {
    R::Prepared::ready(error.into_error_response())
}

impl<R: FromBody, T: BorrowedResponse<R>> ResponseWay for Target<T, R> {
    type Way = ConvertAll<T, R>;

    #[inline]
    fn __request_arena_way(&self) -> ConvertAll<T, R> {
        ConvertAll(T::copy_to_response)
    }
}

impl<R: FromBody, T: BorrowedResponse<R>, E: ErrorResponse<R>> ResponseWay
    for Rank<Result<T, E>, R, 1>
{
    type Way = ConvertAll<Result<T, E>, R>;

    #[inline]
    fn __request_arena_way(&self) -> ConvertAll<Result<T, E>, R> {
        ConvertAll(|result, place| match result {
            Ok(value) => value.copy_to_response(place),
            Err(error) => ready_error(error),
        })
    }
}

impl<R: FromBody, T: OwnedResponse<R>, E: BorrowedResponse<R>> ResponseWay
    for Rank<Result<T, E>, R, 2>
{
    type Way = ConvertAll<Result<T, E>, R>;

    #[inline]
    fn __request_arena_way(&self) -> ConvertAll<Result<T, E>, R> {
        ConvertAll(|result, place| match result {
            Ok(value) => ready(value),
            Err(error) => error.copy_to_response(place),
        })
    }
}

impl<R: FromBody, T: OwnedResponse<R>> ResponseWay for Rank<T, R, 3> {
    type Way = ConvertAll<T, R>;

    #[inline]
    fn __request_arena_way(&self) -> ConvertAll<T, R> {
        ConvertAll(|value, _| ready(value))
    }
}

/// For frameworks with a trait that does not convert a `Result`.
impl<R: FromBody, T: OwnedResponse<R>, E: ErrorResponse<R>> ResponseWay
    for Rank<Result<T, E>, R, 4>
{
    type Way = ConvertAll<Result<T, E>, R>;

    #[inline]
    fn __request_arena_way(&self) -> ConvertAll<Result<T, E>, R> {
        ConvertAll(|result, _| result.map_or_else(ready_error, ready))
    }
}

impl<R: FromBody, F, T: BorrowedResponse<R>, E> ResponseWay
    for Rank<Result<T, E>, Result<R, F>, 5>
{
    type Way = ConvertOk<T, R>;

    #[inline]
    fn __request_arena_way(&self) -> ConvertOk<T, R> {
        ConvertOk(T::copy_to_response)
    }
}

impl<R: FromBody, F, T: OwnedResponse<R>, E> ResponseWay for Rank<Result<T, E>, Result<R, F>, 6> {
    type Way = ConvertOk<T, R>;

    #[inline]
    fn __request_arena_way(&self) -> ConvertOk<T, R> {
        ConvertOk(|value, _| ready(value))
    }
}
