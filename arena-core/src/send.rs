//! Bounds that require the future of an annotated function to be `Send`. The compiler names them in
//! its error if the future is not.
//!
//! Only the expansion calls these functions. `#[request_arena]` passes each future through one of
//! them, so that the compiler reports its error at the function, with the value and the `.await`.
//! Below its error the compiler shows the line of the bound. So the comment on that line says what
//! requires `Send`, and what to do if it should not.
//!
//! The returned type is `Send` by its signature. So the compiler does not repeat the error where
//! the function is registered or spawned.

pub use crate::scope::guard::KeepTheScopeAndForkItsArena;

/// Requires `Send`, for a function with `send = true`.
#[derive(Clone, Copy, Debug)]
pub struct SendTrue;

/// Requires `Send`, for a handler of axum without the option `send`.
#[derive(Clone, Copy, Debug)]
pub struct AxumHandler;

/// Requires nothing, for any other function. Its future may stay on one thread.
#[derive(Clone, Copy, Debug)]
pub struct AnyFunction;

impl SendTrue {
    /// Returns the future unchanged.
    #[inline(always)]
    pub fn future<F>(self, future: F) -> impl Future<Output = F::Output> + Send
    where
        F: Future + Send, // the function's own `send = true` asks for it
    {
        future
    }
}

impl AxumHandler {
    /// Returns the future unchanged.
    #[inline(always)]
    pub fn future<F>(self, future: F) -> impl Future<Output = F::Output> + Send
    where
        F: Future + Send, // axum asks for it; a function that is no handler says `send = false`
    {
        future
    }
}

impl AnyFunction {
    /// Returns the future unchanged.
    #[inline(always)]
    pub fn future<F: Future>(self, future: F) -> F {
        future
    }
}
