//! Whether a function is a handler of axum, asked of the type of a parameter: for the default of
//! the option `send`.
//!
//! The macro asks where a parameter's type has the name of one of axum's extractors. Other
//! frameworks have extractors of that name: actix-web has a `Path`, and its handlers need not be
//! `Send`. So the type decides, by axum's own trait.

use core::marker::PhantomData;

use request_arena_core::expansion::{AnyFunction, AxumHandler};

/// A parameter of type `P`, in a router with a state of type `S`:
/// `(&Parameter::<P, S>::new()).__request_arena_handler()`, with both traits below in scope.
#[derive(Debug)]
pub struct Parameter<P, S: ?Sized>(PhantomData<fn(P)>, PhantomData<fn(&S)>);

impl<P, S: ?Sized> Parameter<P, S> {
    /// Asks for its function.
    #[inline]
    #[must_use]
    #[expect(clippy::new_without_default, reason = "the expansion alone makes one")]
    pub const fn new() -> Self {
        Self(PhantomData, PhantomData)
    }
}

/// Found first, for what axum takes from a request.
pub trait AxumParameter<Via> {
    /// Its future has to be `Send`.
    #[inline]
    fn __request_arena_handler(&self) -> AxumHandler {
        AxumHandler
    }
}

#[cfg(feature = "axum")]
impl<P, S, Via> AxumParameter<Via> for Parameter<P, S> where
    P: axum_core::extract::FromRequest<S, Via>
{
}

/// Found else.
pub trait AnyParameter {
    /// Its future may be any.
    #[inline]
    fn __request_arena_handler(&self) -> AnyFunction {
        AnyFunction
    }
}

impl<P, S: ?Sized> AnyParameter for &Parameter<P, S> {}
