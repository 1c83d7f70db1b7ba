//! Who asks that the future of an annotated function is `Send`: named by the compiler, where it is
//! not.
//!
//! Nothing here is called by hand. `#[request_arena]` passes a future through one of these, so that
//! the compiler's error stands at the function and names the value and the `.await`. Below its
//! error the compiler shows the line of the bound: so that line says who asks, and what to do if it
//! is wrong.
//!
//! The future that comes back is `Send` by its type. So where the function is registered or
//! spawned, nothing complains again.

/// Of a function with `send = true`.
#[derive(Clone, Copy, Debug)]
pub struct SendTrue;

/// Of a handler of axum, where the option `send` is left out.
#[derive(Clone, Copy, Debug)]
pub struct AxumHandler;

/// Of any other function, which may stay on one thread.
#[derive(Clone, Copy, Debug)]
pub struct AnyFunction;

impl SendTrue {
    /// The future.
    #[inline(always)]
    pub fn future<F>(self, future: F) -> impl Future<Output = F::Output> + Send
    where
        F: Future + Send, // the function's own `send = true` asks for it
    {
        future
    }
}

impl AxumHandler {
    /// The future.
    #[inline(always)]
    pub fn future<F>(self, future: F) -> impl Future<Output = F::Output> + Send
    where
        F: Future + Send, // axum asks for it; a function that is no handler says `send = false`
    {
        future
    }
}

impl AnyFunction {
    /// The future.
    #[inline(always)]
    pub fn future<F: Future>(self, future: F) -> F {
        future
    }
}
