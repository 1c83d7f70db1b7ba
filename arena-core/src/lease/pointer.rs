//! A pointer to a lease, as [`Arena`](crate::Arena) holds it and the crate's own allocator copies
//! it.

use core::marker::PhantomData;
use core::ptr::NonNull;

use crate::lease::Lease;

/// A pointer to a lease, valid for `'a`. It is private to this crate: the public types around it
/// decide whether it can be sent or shared.
#[derive(Clone, Copy)]
pub(crate) struct LeaseRef<'a> {
    lease: NonNull<Lease>,
    request: PhantomData<&'a ()>,
}

// SAFETY: rule 1: the pointer never leaves the crate, and `Arena` around it justifies its own
// `Send`.
unsafe impl Send for LeaseRef<'_> {}
// SAFETY: rule 1: the pointer never leaves the crate, and `Arena` around it is not `Sync`
// (unshared.rs).
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
        // SAFETY: rule 3: the lease stays in place and open until `'a` is over, and this pointer
        // only lends it as shared.
        unsafe { self.lease.as_ref() }
    }

    /// Whether both point to the same lease. Two open leases never have the same address.
    #[inline]
    pub(crate) fn is(self, other: LeaseRef<'_>) -> bool {
        self.lease == other.lease
    }
}
