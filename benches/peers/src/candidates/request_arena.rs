//! request-arena: under the macro, as a function and as an `async` one, and as a scope by hand.

use core::pin::pin;
use core::task::{Context, Poll, Waker};

use request_arena::{Arena, scope};

use super::Peer;
use crate::memory::Body;

space!(['a, 'h] &'h Arena<'a>: 'a);

/// A function under `#[request_arena]`.
pub(super) struct Macro;

impl Peer for Macro {
    fn new() -> Self {
        Self
    }

    #[inline(always)]
    fn request(&mut self, body: &impl Body) {
        body.annotated();
    }
}

/// An `async` function. Its future is ready at the first poll.
pub(super) struct AsyncMacro;

impl Peer for AsyncMacro {
    fn new() -> Self {
        Self
    }

    #[inline(always)]
    fn request(&mut self, body: &impl Body) {
        let mut context = Context::from_waker(Waker::noop());
        match pin!(body.annotated_async()).poll(&mut context) {
            Poll::Ready(()) => {}
            Poll::Pending => unreachable!("it awaits nothing"),
        }
    }
}

/// `scope(..)`.
pub(super) struct Scope;

impl Peer for Scope {
    fn new() -> Self {
        Self
    }

    #[inline(always)]
    fn request(&mut self, body: &impl Body) {
        fn site_of<B: Body>(_: &B) -> &'static request_arena::Site {
            B::site()
        }
        scope(site_of(body), |arena| body.in_arena(&arena));
    }

    fn retained_bytes() -> Option<usize> {
        Some(request_arena::report().pool.retained_bytes)
    }
}
