//! Converts a handler's result to the response of a web framework, for
//! `#[request_arena(into = RESPONSE)]`.
//!
//! Each framework has a file here. For its response `R`, it implements three traits:
//!
//! * [`OwnedResponse`]: the types that the framework itself converts to `R`. The framework's trait
//!   must not need the request, which does not exist here.
//! * [`BorrowedResponse`]: the types that may borrow from the arena although the framework requires
//!   `'static`. Through [`FromText`], text and bytes are among them.
//! * [`ErrorResponse`]: the types that the framework accepts as the `Err` of a handler.
//!
//! The implementations of [`ResponseWay`] below combine these, for the result itself and for both
//! sides of a `Result`. Two implementations may fit one type, and then the rank decides.
//! `BorrowedResponse` has the first rank, because method look-up ignores lifetimes: it would take
//! `&'a str` for the `&'static str` that a framework accepts.

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

/// A type that the framework's own trait converts to the response `R`.
pub trait OwnedResponse<R> {
    /// The response.
    fn into_owned_response(self) -> R;
}

/// A type that may borrow from the arena. The response `R` gets a copy.
pub trait BorrowedResponse<R> {
    /// Makes the response, which borrows nothing.
    fn copy_to_response(self) -> R;
}

/// A type that a handler may return as `Err`.
pub trait ErrorResponse<R> {
    /// The response.
    fn into_error_response(self) -> R;
}

/// A response with text or bytes as its body, and the framework's content type for each.
pub trait FromText {
    /// Makes a response from text.
    fn from_text(text: String) -> Self;

    /// Makes a response from bytes.
    fn from_bytes(bytes: Vec<u8>) -> Self;
}

impl<R: FromText> BorrowedResponse<R> for &str {
    fn copy_to_response(self) -> R {
        R::from_text(self.to_owned())
    }
}

impl<R: FromText> BorrowedResponse<R> for &mut str {
    fn copy_to_response(self) -> R {
        R::from_text(self.to_owned())
    }
}

impl<R: FromText> BorrowedResponse<R> for owned::String<'_> {
    fn copy_to_response(self) -> R {
        R::from_text(self.as_str().to_owned())
    }
}

impl<R: FromText> BorrowedResponse<R> for &[u8] {
    fn copy_to_response(self) -> R {
        R::from_bytes(self.to_owned())
    }
}

impl<R: FromText> BorrowedResponse<R> for &mut [u8] {
    fn copy_to_response(self) -> R {
        R::from_bytes(self.to_owned())
    }
}

impl<R, T: BorrowedResponse<R>, E: BorrowedResponse<R>> BorrowedResponse<R> for Result<T, E> {
    fn copy_to_response(self) -> R {
        match self {
            Ok(value) => value.copy_to_response(),
            Err(error) => error.copy_to_response(),
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
pub struct ConvertAll<T, R>(fn(T) -> R);

impl<T, R> ConvertAll<T, R> {
    /// Converts the result. It may borrow from the arena, which has not ended yet.
    #[inline]
    pub fn turn_outward(self, result: T, _: fn(T) -> T, _: fn(T) -> T) -> R {
        (self.0)(result)
    }
}

/// Converts only `Ok` to a response, for a handler that returns a `Result` to its framework.
#[derive(Debug)]
pub struct ConvertOk<T, R>(fn(T) -> R);

impl<T, R> ConvertOk<T, R> {
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
        _: fn(T) -> T,
        error: fn(E) -> F,
    ) -> Result<R, F> {
        result.map(self.0).map_err(error)
    }
}

impl<R, T: BorrowedResponse<R>> ResponseWay for Target<T, R> {
    type Way = ConvertAll<T, R>;

    #[inline]
    fn __request_arena_way(&self) -> ConvertAll<T, R> {
        ConvertAll(T::copy_to_response)
    }
}

impl<R, T: BorrowedResponse<R>, E: ErrorResponse<R>> ResponseWay for Rank<Result<T, E>, R, 1> {
    type Way = ConvertAll<Result<T, E>, R>;

    #[inline]
    fn __request_arena_way(&self) -> ConvertAll<Result<T, E>, R> {
        ConvertAll(|result| result.map_or_else(E::into_error_response, T::copy_to_response))
    }
}

impl<R, T: OwnedResponse<R>, E: BorrowedResponse<R>> ResponseWay for Rank<Result<T, E>, R, 2> {
    type Way = ConvertAll<Result<T, E>, R>;

    #[inline]
    fn __request_arena_way(&self) -> ConvertAll<Result<T, E>, R> {
        ConvertAll(|result| result.map_or_else(E::copy_to_response, T::into_owned_response))
    }
}

impl<R, T: OwnedResponse<R>> ResponseWay for Rank<T, R, 3> {
    type Way = ConvertAll<T, R>;

    #[inline]
    fn __request_arena_way(&self) -> ConvertAll<T, R> {
        ConvertAll(T::into_owned_response)
    }
}

/// For frameworks with a trait that does not convert a `Result`.
impl<R, T: OwnedResponse<R>, E: ErrorResponse<R>> ResponseWay for Rank<Result<T, E>, R, 4> {
    type Way = ConvertAll<Result<T, E>, R>;

    #[inline]
    fn __request_arena_way(&self) -> ConvertAll<Result<T, E>, R> {
        ConvertAll(|result| result.map_or_else(E::into_error_response, T::into_owned_response))
    }
}

impl<R, F, T: BorrowedResponse<R>, E> ResponseWay for Rank<Result<T, E>, Result<R, F>, 5> {
    type Way = ConvertOk<T, R>;

    #[inline]
    fn __request_arena_way(&self) -> ConvertOk<T, R> {
        ConvertOk(T::copy_to_response)
    }
}

impl<R, F, T: OwnedResponse<R>, E> ResponseWay for Rank<Result<T, E>, Result<R, F>, 6> {
    type Way = ConvertOk<T, R>;

    #[inline]
    fn __request_arena_way(&self) -> ConvertOk<T, R> {
        ConvertOk(T::into_owned_response)
    }
}
