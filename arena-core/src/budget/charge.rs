//! The bytes that one lease has reserved of the budget.

use core::cell::Cell;

use crate::budget;

/// See the module. It is released when it is dropped, so a lease drops it after its `Bump`.
#[derive(Debug, Default)]
pub(crate) struct Charge(Cell<usize>);

impl Charge {
    /// Reserves `bytes` for a new lease, or returns `None` if the budget does not have them.
    /// `reclaims` says whether the pool gives its idle arenas up for them.
    pub(crate) fn of(bytes: usize, reclaims: bool) -> Option<Self> {
        let charge = Self::default();
        let is_reserved =
            if reclaims { charge.raise_or_reclaim(bytes) } else { charge.raise(bytes) };
        is_reserved.then_some(charge)
    }

    /// The bytes that are reserved.
    pub(crate) fn bytes(&self) -> usize {
        self.0.get()
    }

    /// Raises the reservation to `bytes`, if the budget has them.
    pub(crate) fn raise(&self, bytes: usize) -> bool {
        self.raise_by(bytes, budget::reserve)
    }

    /// As [`Charge::raise`]. If the budget does not have the bytes, the pool gives its idle arenas
    /// up.
    pub(crate) fn raise_or_reclaim(&self, bytes: usize) -> bool {
        self.raise_by(bytes, budget::reserve_or_reclaim)
    }

    fn raise_by(&self, bytes: usize, reserve: fn(usize) -> bool) -> bool {
        let more = bytes.saturating_sub(self.0.get());
        let is_reserved = more == 0 || reserve(more);
        if is_reserved {
            self.0.set(self.0.get() + more);
        }
        is_reserved
    }

    /// Sets the reservation to the bytes that the lease holds.
    ///
    /// They are more than were reserved only if code changed the limit of a raw `&Bump`, or has had
    /// it since before the first budget.
    pub(crate) fn settle(&self, held: usize) {
        let before = self.0.replace(held);
        if held < before {
            budget::release(before - held);
        } else if held > before {
            budget::overdraw(held - before);
        }
    }
}

impl Drop for Charge {
    fn drop(&mut self) {
        self.settle(0);
    }
}
