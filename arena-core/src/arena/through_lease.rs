//! The `Allocator` of the handles: every call goes to the lease, and a refusal unwinds or is an
//! error. `allocator.rs` says which.
//!
//! With the feature `nightly` there are two traits, that of `allocator-api2` and std's. They are
//! the same one if another package of the build enables `allocator-api2/nightly`. No feature of
//! ours can know that, so `cfg_accessible` asks for items that only one of the two has.

use core::alloc::Layout;
use core::ptr::NonNull;

use allocator_api2::alloc::{self as api2, Allocator};

use crate::arena::allocator::Fallible;
use crate::arena::handle::Arena;
use crate::error::RefusedBy;
use crate::lease::pointer::LeaseRef;

impl LeaseRef<'_> {
    /// Leaves a refusal to the collection, as an error. With `UNWINDS`, one by the limit or the
    /// budget unwinds instead. In a scope with a limit it unwinds at any refusal.
    #[inline]
    fn settle<const UNWINDS: bool>(
        self,
        result: Result<NonNull<[u8]>, api2::AllocError>,
        layout: Layout,
    ) -> Result<NonNull<[u8]>, api2::AllocError> {
        if UNWINDS && result.is_err() {
            self.unwind_if_limited(layout);
        }
        result
    }

    #[cold]
    #[inline(never)]
    fn unwind_if_limited(self, layout: Layout) {
        let lease = self.get();
        let is_limited = lease.site().enforced_limit().is_some();
        if is_limited || lease.refused_by() == RefusedBy::Budget {
            lease.panic_with(lease.refused_before(layout));
        }
    }
}

/// Implements the trait of the module `$alloc` through the lease. `$unwinds` says whether a refusal
/// unwinds.
macro_rules! allocate_through_lease {
    ($alloc:ident, $self:ident: $type:ty, $lease:expr, $unwinds:literal) => {
        // SAFETY: rules 1 to 3 (handle.rs): every call goes to the lease's own allocator. Moving
        // the handle does not move the lease, and copies of a shared reference lead to the same
        // lease.
        unsafe impl $alloc::Allocator for $type {
            #[inline]
            fn allocate(&$self, layout: Layout) -> Result<NonNull<[u8]>, $alloc::AllocError> {
                let fresh = Allocator::allocate(&$lease, layout);
                $lease.settle::<$unwinds>(fresh, layout).map_err(|_| $alloc::AllocError)
            }

            #[inline]
            unsafe fn deallocate(&$self, memory: NonNull<u8>, layout: Layout) {
                // SAFETY: rule 2 (handle.rs): the caller keeps the contract of `deallocate`.
                unsafe { Allocator::deallocate(&$lease, memory, layout) };
            }

            #[inline]
            unsafe fn grow(
                &$self,
                memory: NonNull<u8>,
                old: Layout,
                new: Layout,
            ) -> Result<NonNull<[u8]>, $alloc::AllocError> {
                // SAFETY: rule 2 (handle.rs): the caller keeps the contract of `grow`.
                let grown = unsafe { Allocator::grow(&$lease, memory, old, new) };
                $lease.settle::<$unwinds>(grown, new).map_err(|_| $alloc::AllocError)
            }

            #[inline]
            unsafe fn shrink(
                &$self,
                memory: NonNull<u8>,
                old: Layout,
                new: Layout,
            ) -> Result<NonNull<[u8]>, $alloc::AllocError> {
                // SAFETY: rule 2 (handle.rs): the caller keeps the contract of `shrink`.
                let shrunk = unsafe { Allocator::shrink(&$lease, memory, old, new) };
                $lease.settle::<$unwinds>(shrunk, new).map_err(|_| $alloc::AllocError)
            }
        }
    };
}

#[cfg(not(feature = "nightly"))]
mod only_api2 {
    use super::*;

    allocate_through_lease!(api2, self: Arena<'_>, self.lease_ref(), true);
    allocate_through_lease!(api2, self: Fallible<'_>, self.lease_ref(), false);
}

#[cfg(feature = "nightly")]
#[cfg_accessible(::allocator_api2::SliceExt)]
mod both {
    use core::alloc as standard;

    use super::*;

    allocate_through_lease!(api2, self: Arena<'_>, self.lease_ref(), true);
    allocate_through_lease!(api2, self: Fallible<'_>, self.lease_ref(), false);
    // Some of std's collections are unsound when an allocator unwinds, and `&Arena` fits all.
    allocate_through_lease!(standard, self: Arena<'_>, self.lease_ref(), false);
    allocate_through_lease!(standard, self: Fallible<'_>, self.lease_ref(), false);
}

#[cfg(feature = "nightly")]
#[cfg_accessible(::allocator_api2::collections::BTreeMap)]
mod only_standard {
    use core::alloc as standard;

    use super::*;

    allocate_through_lease!(standard, self: Arena<'_>, self.lease_ref(), false);
    allocate_through_lease!(standard, self: Fallible<'_>, self.lease_ref(), false);
}
