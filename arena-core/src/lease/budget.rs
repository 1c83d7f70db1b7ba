//! The shared limit of a scope with several arenas: its own, those of its forks, and those of its
//! child scopes.
//!
//! A scope with a single arena leaves the limit to `bumpalo`. The first fork or child scope moves
//! the rest of the limit into a shared budget. From then on each arena's own limit equals the bytes
//! that it already holds. So `bumpalo` refuses every further chunk, and the budget lends it under a
//! lock. This path runs once a chunk, never once an allocation.

use core::alloc::Layout;
use core::ptr::NonNull;
use std::sync::atomic::{AtomicUsize, Ordering};

use bumpalo::Bump;

use crate::sync::{Mutex, MutexGuard, lock};

/// Chunk bytes that the arenas of one scope may still take together.
#[derive(Debug)]
pub(crate) struct Budget {
    limit: usize,
    remaining: Mutex<usize>,
    /// The most bytes taken at any moment. Written under the lock.
    most_taken: AtomicUsize,
    /// Chunks that came with arenas from the pool.
    pooled: AtomicUsize,
}

impl Budget {
    /// Creates the budget of a scope that has one arena so far. From now on that arena has to
    /// borrow. Code that already has it as `&Bump` cannot borrow, so it gets half of the remaining
    /// bytes in advance.
    pub(crate) fn share(limit: usize, bump: &Bump, raw: bool) -> Self {
        let taken = bump.allocated_bytes();
        bump.set_allocation_limit(Some(taken));
        let budget = Self {
            limit,
            remaining: Mutex::new(limit.saturating_sub(taken)),
            most_taken: AtomicUsize::new(taken),
            pooled: AtomicUsize::new(0),
        };
        if raw {
            budget.lend_half(bump, 0);
        }
        budget
    }

    fn lock(&self) -> MutexGuard<'_, usize> {
        lock(&self.remaining)
    }

    /// Chunk bytes that all arenas of the scope have borrowed.
    pub(crate) fn taken(&self) -> usize {
        self.limit - *self.lock()
    }

    /// The most chunk bytes that the arenas of the scope had borrowed at any moment.
    pub(crate) fn most_taken(&self) -> usize {
        self.most_taken.load(Ordering::Relaxed)
    }

    /// Chunks that arenas from the pool already had when the budget admitted them.
    pub(crate) fn pooled(&self) -> usize {
        self.pooled.load(Ordering::Relaxed)
    }

    fn note(&self, remaining: usize) {
        self.most_taken.fetch_max(self.limit - remaining, Ordering::Relaxed);
    }

    /// Counts the bytes that an arena holds against the budget. Returns `false` if they do not fit.
    /// `buffered` bytes are taken by response buffers.
    pub(crate) fn admit(&self, bump: &Bump, buffered: usize) -> bool {
        let mut remaining = self.lock();
        let capacity = bump.allocated_bytes();
        let Some(rest) = remaining.checked_sub(capacity) else { return false };
        if rest < buffered && capacity > 0 {
            return false;
        }
        *remaining = rest;
        self.note(rest);
        self.pooled.fetch_add(usize::from(capacity > 0), Ordering::Relaxed);
        bump.set_allocation_limit(Some(capacity));
        true
    }

    /// Lends the arena a chunk for `layout`, if the budget has room for it beside the `buffered`
    /// bytes of response buffers.
    pub(crate) fn lend(&self, bump: &Bump, layout: Layout, buffered: usize) -> Option<NonNull<u8>> {
        let mut remaining = self.lock();
        let before = bump.allocated_bytes();
        let all = self.with_headroom(*remaining, bump);
        bump.set_allocation_limit(Some(before.saturating_add(all.saturating_sub(buffered))));
        let memory = bump.try_alloc_layout(layout).ok();
        let after = bump.allocated_bytes();
        *remaining = all.saturating_sub(after - before);
        self.note(*remaining);
        bump.set_allocation_limit(Some(after));
        memory
    }

    /// Counts bytes outside the arenas for the rest of the scope. Returns `false` if they do not
    /// fit beside the `buffered` bytes of response buffers.
    #[cfg(feature = "serde")]
    pub(crate) fn charge(&self, bytes: usize, buffered: usize) -> bool {
        let mut remaining = self.lock();
        let Some(rest) = remaining.checked_sub(bytes).filter(|rest| *rest >= buffered) else {
            return false;
        };
        *remaining = rest;
        self.note(rest);
        true
    }

    /// Lends the arena half of the remaining bytes in advance, because code with a raw `&Bump`
    /// cannot borrow. The other half stays for the other arenas of the scope. Unused bytes return
    /// when the arena borrows or ends.
    pub(crate) fn lend_half(&self, bump: &Bump, buffered: usize) {
        let mut remaining = self.lock();
        let all = self.with_headroom(*remaining, bump);
        let free = all.saturating_sub(buffered);
        let lent = free.div_ceil(2).max(all - *remaining);
        *remaining = all - lent;
        self.note(*remaining);
        bump.set_allocation_limit(Some(bump.allocated_bytes().saturating_add(lent)));
    }

    /// Returns the bytes of an arena that has ended.
    pub(crate) fn close(&self, bump: &Bump) {
        let mut remaining = self.lock();
        *remaining = self.with_headroom(remaining.saturating_add(bump.allocated_bytes()), bump);
    }

    /// `bytes` plus the bytes that were lent to the arena and are not in a chunk yet. The sum is
    /// capped at the limit, because code with the raw `&Bump` can change the arena's own limit.
    fn with_headroom(&self, bytes: usize, bump: &Bump) -> usize {
        let headroom =
            bump.allocation_limit().map_or(0, |limit| limit.saturating_sub(bump.allocated_bytes()));
        bytes.saturating_add(headroom).min(self.limit)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIMIT: usize = 100_000;

    fn bytes(size: usize) -> Layout {
        Layout::from_size_align(size, 1).expect("a size that fits")
    }

    fn with_capacity(capacity: usize) -> Bump {
        Bump::with_capacity(capacity)
    }

    #[test]
    fn what_the_first_arena_holds_is_taken() {
        let bump = with_capacity(10_000);
        let budget = Budget::share(LIMIT, &bump, false);
        assert_eq!(budget.taken(), bump.allocated_bytes());
        assert_eq!(bump.allocation_limit(), Some(bump.allocated_bytes()));
        assert!(bump.try_alloc_layout(bytes(20_000)).is_err(), "a further chunk has to be lent");
    }

    #[test]
    fn an_arena_is_admitted_with_what_it_holds_or_not_at_all() {
        let (first, fits, too_large) =
            (with_capacity(10_000), with_capacity(50_000), with_capacity(60_000));
        let budget = Budget::share(LIMIT, &first, false);
        assert!(budget.admit(&fits, 0));
        let taken = budget.taken();
        assert_eq!(taken, first.allocated_bytes() + fits.allocated_bytes());
        assert!(!budget.admit(&too_large, 0));
        assert_eq!((budget.taken(), too_large.allocation_limit()), (taken, None));
        budget.close(&fits);
        assert!(budget.admit(&too_large, 0));
    }

    #[test]
    fn a_chunk_is_lent_only_if_the_budget_has_it() {
        let (first, second) = (Bump::new(), Bump::new());
        let budget = Budget::share(LIMIT, &first, false);
        assert!(budget.admit(&second, 0));
        assert!(budget.lend(&second, bytes(60_000), 0).is_some());
        assert_eq!(budget.taken(), second.allocated_bytes());
        assert!(budget.lend(&first, bytes(60_000), 0).is_none());
        assert_eq!(budget.taken(), second.allocated_bytes(), "a refusal takes nothing");
        assert!(budget.lend(&first, bytes(20_000), 0).is_some());
        assert_eq!(budget.taken(), first.allocated_bytes() + second.allocated_bytes());
        budget.close(&second);
        assert_eq!(budget.taken(), first.allocated_bytes());
    }

    #[test]
    fn what_a_raw_bump_was_lent_and_did_not_take_comes_back() {
        let (first, raw) = (Bump::new(), Bump::new());
        let budget = Budget::share(LIMIT, &first, false);
        assert!(budget.admit(&raw, 0));
        budget.lend_half(&raw, 0);
        budget.lend_half(&raw, 0);
        assert_eq!(
            (budget.taken(), raw.allocation_limit()),
            (LIMIT / 2, Some(LIMIT / 2)),
            "half, even after two calls"
        );
        assert!(
            raw.try_alloc_layout(bytes(30_000)).is_ok()
                && raw.try_alloc_layout(bytes(60_000)).is_err()
        );
        assert!(budget.lend(&first, bytes(60_000), 0).is_none(), "more than the other half");
        assert!(
            budget.lend(&raw, bytes(60_000), 0).is_some(),
            "the bytes that it was lent serve it first"
        );
        assert_eq!(
            budget.taken(),
            raw.allocated_bytes(),
            "and the other arenas can borrow the rest again"
        );
        budget.lend_half(&raw, 0);
        budget.close(&raw);
        assert_eq!(budget.taken(), 0);
    }

    #[test]
    fn code_that_changes_the_limit_of_its_raw_bump_cannot_raise_the_budget() {
        for changed in [None, Some(0), Some(usize::MAX)] {
            let (first, raw) = (Bump::new(), Bump::new());
            let budget = Budget::share(LIMIT, &first, false);
            assert!(budget.admit(&raw, 0));
            budget.lend_half(&raw, 0);
            raw.set_allocation_limit(changed);
            let _ = raw.try_alloc_layout(bytes(2 * LIMIT));
            assert!(budget.taken() <= LIMIT);
            let _ = budget.lend(&raw, bytes(100), 0);
            budget.lend_half(&raw, 0);
            raw.set_allocation_limit(changed);
            budget.close(&raw);
            assert!(budget.taken() <= LIMIT);
            assert!(budget.lend(&first, bytes(2 * LIMIT), 0).is_none(), "with {changed:?}");
        }
    }

    #[test]
    fn a_limit_of_all_bytes_there_are_does_not_overflow() {
        let (first, second) = (with_capacity(1000), with_capacity(1000));
        let budget = Budget::share(usize::MAX, &first, false);
        assert!(budget.admit(&second, 0));
        assert!(budget.lend(&second, bytes(10_000), 0).is_some());
        budget.lend_half(&first, 0);
        budget.close(&first);
        budget.close(&second);
        assert_eq!(budget.taken(), 0);
    }
}
