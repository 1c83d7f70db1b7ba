//! A pointer to a lease: what [`Arena`](crate::Arena) holds, and what the crate's own allocator
//! copies.

use core::marker::PhantomData;
use core::ptr::NonNull;

use crate::lease::Lease;

/// A pointer to a lease, for `'a`. Private to this crate: the public types around it decide what
/// may be sent and shared.
#[derive(Clone, Copy)]
pub(crate) struct LeaseRef<'a> {
    lease: NonNull<Lease>,
    request: PhantomData<&'a ()>,
}

// SAFETY: rule 1: never handed out; `Arena` around it is `Send` on its own account.
unsafe impl Send for LeaseRef<'_> {}
// SAFETY: rule 1: never handed out; `Arena` around it is not `Sync` (unshared.rs).
unsafe impl Sync for LeaseRef<'_> {}

impl<'a> LeaseRef<'a> {
    /// # Safety
    ///
    /// `lease` stays in place and open for `'a` (rule 3 in handle.rs).
    #[inline(always)]
    pub(crate) unsafe fn new(lease: NonNull<Lease>) -> Self {
        Self { lease, request: PhantomData }
    }

    #[inline(always)]
    pub(crate) fn get(self) -> &'a Lease {
        // SAFETY: rule 3: the lease stays where it is, and open, until `'a` is over; it is only
        // ever lent as shared.
        unsafe { self.lease.as_ref() }
    }

    /// Whether both point to one lease. Two that are open at once lie apart.
    #[inline]
    pub(crate) fn is(self, other: LeaseRef<'_>) -> bool {
        self.lease == other.lease
    }
}
