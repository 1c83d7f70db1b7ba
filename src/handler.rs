//! Decides whether a function is an axum handler, for the default of the option `send`.
//!
//! The macro asks this if a parameter's type has the name of an axum extractor. The name alone is
//! not enough: actix-web also has a `Path`, and its handlers need not be `Send`. So the type
//! decides, through axum's trait `FromRequest`.
//!
//! A parameter that the scope parses is extracted by any framework. There the type that `into`
//! names decides.

use core::marker::PhantomData;

use request_arena_core::expansion::{AnyFunction, AxumHandler};

/// A parameter of type `P`, in a router with a state of type `S`.
///
/// The expansion calls `(&&Parameter::<P, S>::new()).__request_arena_handler()`, with both traits
/// below in scope. Method look-up asks three types in turn: `&Parameter`, `&&Parameter`, and
/// `Parameter`. So there is a place for each version of axum. A type may have the traits of all.
#[derive(Debug)]
pub struct Parameter<P, S: ?Sized>(PhantomData<fn(P)>, PhantomData<fn(&S)>);

impl<P, S: ?Sized> Parameter<P, S> {
    /// Starts the question.
    #[inline]
    #[must_use]
    #[expect(clippy::new_without_default, reason = "only the expansion creates one")]
    pub const fn new() -> Self {
        Self(PhantomData, PhantomData)
    }
}

/// For types that axum extracts from a request.
pub trait AxumParameter<Via> {
    /// The function's future must be `Send`.
    #[inline]
    fn __request_arena_handler(&self) -> AxumHandler {
        AxumHandler
    }
}

#[cfg(feature = "axum")]
impl<P, S, Via> AxumParameter<Via> for &Parameter<P, S> where
    P: axum_core::extract::FromRequest<S, Via>
{
}

#[cfg(feature = "axum_0_7")]
impl<P, S, Via> AxumParameter<Via> for &&Parameter<P, S> where
    P: axum_core_0_4::extract::FromRequest<S, Via>
{
}

/// For all other types. Method look-up comes to it last.
pub trait AnyParameter {
    /// The function's future need not be `Send`.
    #[inline]
    fn __request_arena_handler(&self) -> AnyFunction {
        AnyFunction
    }
}

impl<P, S: ?Sized> AnyParameter for Parameter<P, S> {}

/// The type `R` that `into` names.
///
/// The expansion calls `(&ResponseOf::<R>::new()).__request_arena_handler()`, with both traits
/// below in scope.
#[derive(Debug)]
pub struct ResponseOf<R>(PhantomData<fn(R)>);

impl<R> ResponseOf<R> {
    /// Starts the question.
    #[inline]
    #[must_use]
    #[expect(clippy::new_without_default, reason = "only the expansion creates one")]
    pub const fn new() -> Self {
        Self(PhantomData)
    }
}

/// Method look-up finds this trait first, for axum's response.
pub trait AxumResponse {
    /// The function's future must be `Send`.
    #[inline]
    fn __request_arena_handler(&self) -> AxumHandler {
        AxumHandler
    }
}

#[cfg(feature = "axum")]
impl AxumResponse for ResponseOf<axum_core::response::Response> {}

#[cfg(feature = "axum")]
impl<E> AxumResponse for ResponseOf<Result<axum_core::response::Response, E>> {}

#[cfg(feature = "axum_0_7")]
impl AxumResponse for ResponseOf<axum_core_0_4::response::Response> {}

#[cfg(feature = "axum_0_7")]
impl<E> AxumResponse for ResponseOf<Result<axum_core_0_4::response::Response, E>> {}

/// Method look-up finds this trait for all other types.
pub trait AnyResponse {
    /// The function's future need not be `Send`.
    #[inline]
    fn __request_arena_handler(&self) -> AnyFunction {
        AnyFunction
    }
}

impl<R> AnyResponse for &ResponseOf<R> {}
