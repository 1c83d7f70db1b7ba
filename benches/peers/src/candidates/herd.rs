//! bumpalo-herd. A `Herd` is reset as a whole, while none of its members is out. A service always
//! has a thread with a request, so each thread has its own herd here, and resets it after each
//! request.

use bumpalo_herd::Herd;

use super::Peer;
use crate::memory::Body;

/// A herd that gives each request a member.
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
