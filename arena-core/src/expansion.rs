//! What `#[request_arena]` expands to. Not part of the public interface: it changes without notice.
//!
//! Two questions about the type of a body's result are put by method resolution, which prefers the candidate that needs
//! fewer references: is it a `Result`, and does a framework know how to turn it into the type that `into` names? A trait with a
//! blanket implementation could not tell these apart without specialisation.

use core::marker::PhantomData;

pub use crate::stats::Outcome;
pub use crate::visit::Visit;
pub use crate::watch::Watch;

/// A body's result, to be judged: `(&Ended(&result)).outcome()`, with both traits below in scope.
#[derive(Debug)]
pub struct Ended<'r, R>(pub &'r R);

/// Found first, for `Result`.
pub trait ResultOutcome {
    /// `Error` for `Err`.
    fn outcome(&self) -> Outcome;
}

impl<T, E> ResultOutcome for Ended<'_, Result<T, E>> {
    #[inline]
    fn outcome(&self) -> Outcome {
        if self.0.is_ok() { Outcome::Returned } else { Outcome::Error }
    }
}

/// Found else.
pub trait AnyOutcome {
    /// Always `Returned`.
    #[inline]
    fn outcome(&self) -> Outcome {
        Outcome::Returned
    }
}

impl<R> AnyOutcome for &Ended<'_, R> {}

/// A body's result and the type that `into` names: `(&Target::<_, TYPE>::of(&result)).way()`, with the traits of all ways in scope.
#[derive(Debug)]
pub struct Target<T, R>(PhantomData<(fn(T), fn() -> R)>);

impl<T, R> Target<T, R> {
    /// Asks for the way from the type of `result`.
    #[inline]
    pub fn of(_: &T) -> Self {
        Self(PhantomData)
    }
}

/// Found when no framework knows a way: `Into`.
pub trait PlainWay<R> {
    /// The way by `Into`.
    #[inline]
    fn way(&self) -> Plain<R> {
        Plain(PhantomData)
    }
}

impl<T, R> PlainWay<R> for &Target<T, R> {}

/// Turns a result by `Into`.
#[derive(Debug)]
pub struct Plain<R>(PhantomData<fn() -> R>);

impl<R> Plain<R> {
    /// Turns the result into the outward type.
    #[inline]
    pub fn turn<T: IntoOutward<R>>(self, result: T) -> R {
        result.into_outward()
    }
}

/// `Into`, with a message about `#[request_arena(into = ..)]`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be turned into `{R}`, as `#[request_arena(into = ..)]` asks",
    label = "no way from `{Self}` to this type",
    note = "implement `From<{Self}>` for it; for axum's `Response`, switch on the feature `axum` of `request-arena`, and the body's result needs `IntoResponse`"
)]
pub trait IntoOutward<R> {
    /// Turns the result into the outward type.
    fn into_outward(self) -> R;
}

#[diagnostic::do_not_recommend]
impl<T: Into<R>, R> IntoOutward<R> for T {
    #[inline]
    fn into_outward(self) -> R {
        self.into()
    }
}
