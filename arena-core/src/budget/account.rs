//! The account of a budget: the bytes that chunks may still take.
//!
//! One number holds the free bytes. So a reservation is one compare-and-exchange, and a change of
//! the budget is one addition. In whatever order they come, no reservation sees an older budget.
//!
//! **Invariant:** `free` is the budget less all bytes that are reserved. A reservation never makes
//! it negative. Only [`Account::overdraw`] and a lower budget do, and then nothing more is
//! reserved.
//!
//! A thread frees memory before it releases the bytes, and reserves bytes before it allocates. The
//! two are ordered, so the memory itself never exceeds the budget. Modelled with `loom` in
//! `tests/loom/budget.rs`.

use std::sync::atomic::Ordering::{AcqRel, Acquire, Relaxed, Release};

use crate::sync::{AtomicI64, Mutex, lock};

/// Stands for no budget. A reservation of all memory that there is leaves more than
/// [`MOST`](Account::MOST) of it.
pub(crate) const UNLIMITED: i64 = i64::MAX;

/// See the module.
pub(crate) struct Account {
    pub(crate) free: AtomicI64,
    pub(crate) budget: Mutex<i64>,
}

impl Account {
    /// The largest budget: 4 EiB.
    const MOST: i64 = i64::MAX / 2;

    /// The largest reservation: 256 TiB.
    const LARGEST: i64 = 1 << 48;

    /// Whether a reservation of so many bytes can succeed. No allocator has more than the largest
    /// one, and few such reservations would use up the number that stands for no budget. Other
    /// requests would then be refused.
    pub(crate) fn is_possible(bytes: usize) -> bool {
        i64::try_from(bytes).is_ok_and(|bytes| bytes <= Self::LARGEST)
    }

    /// Reserves `bytes`, if the budget has them.
    pub(crate) fn reserve(&self, bytes: usize) -> bool {
        if !Self::is_possible(bytes) {
            return false;
        }
        let bytes = bytes as i64;
        let less = |free: i64| (bytes == 0 || free >= bytes).then(|| free - bytes);
        self.free.fetch_update(AcqRel, Acquire, less).is_ok()
    }

    /// Reserves bytes that exist already, even if the budget does not have them.
    pub(crate) fn overdraw(&self, bytes: usize) {
        self.free.fetch_sub(bytes as i64, Relaxed);
    }

    /// Returns reserved bytes, after their memory was freed.
    pub(crate) fn release(&self, bytes: usize) {
        self.free.fetch_add(bytes as i64, Release);
    }

    /// Changes the budget, `None` for no budget. Bytes that are reserved stay so.
    pub(crate) fn set(&self, bytes: Option<usize>) {
        let bytes = bytes.map(|bytes| i64::try_from(bytes).unwrap_or(i64::MAX).min(Self::MOST));
        let mut budget = lock(&self.budget);
        let before = core::mem::replace(&mut *budget, bytes.unwrap_or(UNLIMITED));
        self.free.fetch_add(*budget - before, Relaxed);
    }

    /// The bytes that are free: 0 if the account is overdrawn.
    pub(crate) fn free(&self) -> usize {
        usize::try_from(self.free.load(Relaxed).max(0)).unwrap_or(usize::MAX)
    }

    /// The bytes that have to be released before `bytes` can be reserved.
    pub(crate) fn missing(&self, bytes: usize) -> usize {
        let free = self.free.load(Relaxed);
        let bytes = i64::try_from(bytes).unwrap_or(i64::MAX);
        usize::try_from(bytes.saturating_sub(free).max(0)).unwrap_or(usize::MAX)
    }

    /// Whether there is a budget. Costs one relaxed load.
    pub(crate) fn is_limited(&self) -> bool {
        self.free.load(Relaxed) <= Self::MOST
    }

    /// Whether more is reserved than the budget has, because it was lowered.
    pub(crate) fn is_overdrawn(&self) -> bool {
        self.free.load(Relaxed) < 0
    }

    /// The budget, and the bytes that are reserved.
    pub(crate) fn read(&self) -> (Option<usize>, usize) {
        let budget = lock(&self.budget);
        let taken = *budget - self.free.load(Relaxed);
        let bytes = (*budget != UNLIMITED).then_some(*budget as usize);
        (bytes, taken.max(0) as usize)
    }
}
