//! bumpalo-herd. A `Herd` is reset as a whole, when none of its members is out. Of a service's
//! threads one is always at work, so each thread has a herd of its own here, which it resets after
//! each request.

use bumpalo_herd::Herd;

use super::Peer;
use crate::memory::Body;

/// A herd, of which each request takes a member.
pub(super) struct OfThread(Herd);

impl Peer for OfThread {
    fn new() -> Self {
        Self(Herd::new())
    }

    #[inline(always)]
    fn request(&mut self, body: &impl Body) {
        body.in_arena(self.0.get().as_bump());
        self.0.reset();
    }
}
