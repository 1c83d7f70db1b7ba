//! The place of a response buffer: the scope that it is filled in.

use core::fmt;

use crate::buffer::ResponseBuffer;
use crate::error::{ArenaError, RefusedBy};
use crate::figures::stats::Outcome;
use crate::lease::Lease;
use crate::limit;
use crate::site::Site;
use crate::slot::Slot;

/// An open scope, for the buffers of its response. Part of the macro's expansion, not of the public
/// interface.
#[derive(Clone, Copy)]
pub struct Place {
    pub(crate) site: &'static Site,
    pub(crate) slot: &'static Slot,
}

impl Place {
    /// The scope of this lease.
    #[inline]
    pub(crate) fn of(lease: &Lease) -> Self {
        Self { site: lease.site(), slot: lease.slot() }
    }

    /// Takes a buffer.
    #[must_use]
    pub fn buffer(self) -> ResponseBuffer {
        ResponseBuffer::new(self)
    }

    /// The error for a buffer that needs `more` bytes.
    pub(crate) fn refused(self, by: RefusedBy, more: usize) -> ArenaError {
        ArenaError::refused(self.site, by, more, self.slot.taken())
    }

    /// Panics as an allocation in the arena does, so that `on_limit` answers.
    ///
    /// # Panics
    ///
    /// Always.
    #[cold]
    pub fn panic_with(self, error: ArenaError) -> ! {
        if self.site.answers && cfg!(panic = "unwind") {
            limit::unwind_from_buffer(error, self.slot);
        }
        if error.limit().is_some() {
            self.slot.set_outcome(Outcome::LimitExceeded);
        }
        panic!("{error}");
    }
}

impl fmt::Debug for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Place").field("site", &self.site).finish_non_exhaustive()
    }
}
