//! A result that no longer borrows from the arena, and becomes the response after the scope.
//!
//! A framework's response allocates: its headers, its body. The scope does not need to stay open
//! for that, and its heap figures do not count it.

/// See the module. The bytes of the body are already in a buffer of the pool.
pub trait Prepared {
    /// The type that `into` names.
    type Response;

    /// Wraps a response that is complete.
    fn ready(response: Self::Response) -> Self;

    /// Makes the response, after the scope has ended.
    fn respond(self) -> Self::Response;
}

/// A response that is complete before the scope ends.
#[derive(Debug)]
pub struct Ready<R>(pub R);

impl<R> Prepared for Ready<R> {
    type Response = R;

    #[inline]
    fn ready(response: R) -> Self {
        Self(response)
    }

    #[inline]
    fn respond(self) -> R {
        self.0
    }
}

impl<P: Prepared, E> Prepared for Result<P, E> {
    type Response = Result<P::Response, E>;

    #[inline]
    fn ready(response: Result<P::Response, E>) -> Self {
        response.map(P::ready)
    }

    #[inline]
    fn respond(self) -> Result<P::Response, E> {
        self.map(P::respond)
    }
}
