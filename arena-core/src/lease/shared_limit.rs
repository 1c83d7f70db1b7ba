//! The shared limit of a scope with several arenas: its own, those of its forks, and those of its
//! child scopes.
//!
//! A scope with a single arena has the limit for itself. The first fork or child scope moves the
//! rest of the limit into a shared one. From then on each further chunk is lent under a lock. This
//! path runs once a chunk, never once an allocation.

use core::alloc::Layout;
use core::ptr::NonNull;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use bumpalo::Bump;

use super::chunk;
use crate::budget::charge::Charge;
use crate::error::RefusedBy;
use crate::sync::{Mutex, MutexGuard, lock};

/// Chunk bytes that the arenas of one scope may still take together.
#[derive(Debug)]
pub(crate) struct SharedLimit {
    state: Mutex<State>,
    /// The most bytes taken at any moment. Written under the lock.
    most_taken: AtomicUsize,
    /// Chunks that came with arenas from the pool.
    pooled: AtomicUsize,
    /// Whether the scope was counted as over its limit, which is only measured.
    is_over: AtomicBool,
}

#[derive(Debug)]
struct State {
    limit: usize,
    remaining: usize,
}

impl State {
    /// `bytes` plus the bytes that were lent to the arena and are not in a chunk yet. The sum is
    /// capped at the limit, because code with the raw `&Bump` can change the arena's own limit.
    fn with_headroom(&self, bytes: usize, bump: &Bump) -> usize {
        let headroom =
            bump.allocation_limit().map_or(0, |limit| limit.saturating_sub(bump.allocated_bytes()));
        bytes.saturating_add(headroom).min(self.limit)
    }
}

impl SharedLimit {
    /// Creates the shared limit of a scope that has one arena so far. From now on that arena has to
    /// borrow. Code that already has it as `&Bump` cannot borrow, so the caller [lends it
    /// half](Self::lend_half) of the remaining bytes in advance.
    pub(crate) fn share(limit: usize, bump: &Bump, is_over: bool) -> Self {
        let taken = bump.allocated_bytes();
        bump.set_allocation_limit(Some(taken));
        Self {
            state: Mutex::new(State { limit, remaining: limit.saturating_sub(taken) }),
            most_taken: AtomicUsize::new(taken),
            pooled: AtomicUsize::new(0),
            is_over: AtomicBool::new(is_over),
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        lock(&self.state)
    }

    /// Chunk bytes that all arenas of the scope have borrowed.
    pub(crate) fn taken(&self) -> usize {
        let state = self.lock();
        state.limit - state.remaining
    }

    /// The most chunk bytes that the arenas of the scope had borrowed at any moment.
    pub(crate) fn most_taken(&self) -> usize {
        self.most_taken.load(Ordering::Relaxed)
    }

    /// Chunks that arenas from the pool already had when the limit admitted them.
    pub(crate) fn pooled(&self) -> usize {
        self.pooled.load(Ordering::Relaxed)
    }

    /// Removes the limit, and keeps count of the bytes. Returns whether there was one.
    pub(crate) fn lift(&self) -> bool {
        let mut state = self.lock();
        state.remaining += usize::MAX - state.limit;
        core::mem::replace(&mut state.limit, usize::MAX) != usize::MAX
    }

    /// Marks the scope as over its limit. Returns whether this is the first time.
    pub(crate) fn mark_over(&self) -> bool {
        !self.is_over.swap(true, Ordering::Relaxed)
    }

    fn note(&self, state: &State) {
        self.most_taken.fetch_max(state.limit - state.remaining, Ordering::Relaxed);
    }

    /// Counts the bytes that an arena holds against the limit. Returns `false` if they do not fit.
    /// `buffered` bytes are taken by response buffers.
    pub(crate) fn admit(&self, bump: &Bump, buffered: usize) -> bool {
        let mut state = self.lock();
        let capacity = bump.allocated_bytes();
        let Some(rest) = state.remaining.checked_sub(capacity) else { return false };
        if rest < buffered && capacity > 0 {
            return false;
        }
        state.remaining = rest;
        self.note(&state);
        self.pooled.fetch_add(usize::from(capacity > 0), Ordering::Relaxed);
        bump.set_allocation_limit(Some(capacity));
        true
    }

    /// Lends the arena a chunk for `layout`, if the limit has room for it beside the `buffered`
    /// bytes of response buffers, and the budget has it, too. `newest` is the capacity of the
    /// arena's newest chunk.
    pub(crate) fn lend(
        &self,
        (bump, newest, charge): (&Bump, usize, &Charge),
        layout: Layout,
        buffered: usize,
    ) -> Result<NonNull<u8>, RefusedBy> {
        let mut state = self.lock();
        let before = bump.allocated_bytes();
        let all = state.with_headroom(state.remaining, bump);
        let limit = before.saturating_add(all.saturating_sub(buffered));
        let memory = chunk::add(bump, newest, charge, layout, Some(limit));
        let after = bump.allocated_bytes();
        state.remaining = all.saturating_sub(after - before);
        self.note(&state);
        bump.set_allocation_limit(Some(after));
        memory
    }

    /// Counts bytes outside the arenas for the rest of the scope. Returns `false` if they do not
    /// fit beside the `buffered` bytes of response buffers.
    #[cfg(feature = "serde")]
    pub(crate) fn charge(&self, bytes: usize, buffered: usize) -> bool {
        let mut state = self.lock();
        let Some(rest) = state.remaining.checked_sub(bytes).filter(|rest| *rest >= buffered) else {
            return false;
        };
        state.remaining = rest;
        self.note(&state);
        true
    }

    /// Lends the arena half of the remaining bytes in advance, but at most `most`, because code
    /// with a raw `&Bump` cannot borrow. The other half stays for the other arenas of the scope.
    /// Unused bytes return when the arena borrows or ends.
    pub(crate) fn lend_half(&self, bump: &Bump, buffered: usize, most: usize) {
        let mut state = self.lock();
        let all = state.with_headroom(state.remaining, bump);
        let free = all.saturating_sub(buffered);
        let lent = free.div_ceil(2).max(all - state.remaining).min(most);
        state.remaining = all - lent;
        self.note(&state);
        bump.set_allocation_limit(Some(bump.allocated_bytes().saturating_add(lent)));
    }

    /// Returns the bytes of an arena that has ended.
    pub(crate) fn close(&self, bump: &Bump) {
        let mut state = self.lock();
        let all = state.remaining.saturating_add(bump.allocated_bytes());
        state.remaining = state.with_headroom(all, bump);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIMIT: usize = 100_000;

    fn bytes(size: usize) -> Layout {
        Layout::from_size_align(size, 1).expect("a size that fits")
    }

    fn lend(shared: &SharedLimit, bump: &Bump, size: usize) -> Result<NonNull<u8>, RefusedBy> {
        shared.lend((bump, bump.allocated_bytes(), &Charge::default()), bytes(size), 0)
    }

    fn with_capacity(capacity: usize) -> Bump {
        Bump::with_capacity(capacity)
    }

    #[test]
    fn what_the_first_arena_holds_is_taken() {
        let bump = with_capacity(10_000);
        let shared = SharedLimit::share(LIMIT, &bump, false);
        assert_eq!(shared.taken(), bump.allocated_bytes());
        assert_eq!(bump.allocation_limit(), Some(bump.allocated_bytes()));
        assert!(bump.try_alloc_layout(bytes(20_000)).is_err(), "a further chunk has to be lent");
    }

    #[test]
    fn an_arena_is_admitted_with_what_it_holds_or_not_at_all() {
        let (first, fits, too_large) =
            (with_capacity(10_000), with_capacity(50_000), with_capacity(60_000));
        let shared = SharedLimit::share(LIMIT, &first, false);
        assert!(shared.admit(&fits, 0));
        let taken = shared.taken();
        assert_eq!(taken, first.allocated_bytes() + fits.allocated_bytes());
        assert!(!shared.admit(&too_large, 0));
        assert_eq!((shared.taken(), too_large.allocation_limit()), (taken, None));
        shared.close(&fits);
        assert!(shared.admit(&too_large, 0));
    }

    #[test]
    fn a_chunk_is_lent_only_if_the_limit_has_room() {
        let (first, second) = (Bump::new(), Bump::new());
        let shared = SharedLimit::share(LIMIT, &first, false);
        assert!(shared.admit(&second, 0));
        assert!(lend(&shared, &second, 60_000).is_ok());
        assert_eq!(shared.taken(), second.allocated_bytes());
        assert!(lend(&shared, &first, 60_000).is_err());
        assert_eq!(shared.taken(), second.allocated_bytes(), "a refusal takes nothing");
        assert!(lend(&shared, &first, 20_000).is_ok());
        assert_eq!(shared.taken(), first.allocated_bytes() + second.allocated_bytes());
        shared.close(&second);
        assert_eq!(shared.taken(), first.allocated_bytes());
    }

    #[test]
    fn what_a_raw_bump_was_lent_and_did_not_take_comes_back() {
        let (first, raw) = (Bump::new(), Bump::new());
        let shared = SharedLimit::share(LIMIT, &first, false);
        assert!(shared.admit(&raw, 0));
        shared.lend_half(&raw, 0, usize::MAX);
        shared.lend_half(&raw, 0, usize::MAX);
        assert_eq!(
            (shared.taken(), raw.allocation_limit()),
            (LIMIT / 2, Some(LIMIT / 2)),
            "half, even after two calls"
        );
        assert!(
            raw.try_alloc_layout(bytes(30_000)).is_ok()
                && raw.try_alloc_layout(bytes(60_000)).is_err()
        );
        assert!(lend(&shared, &first, 60_000).is_err(), "more than the other half");
        assert!(lend(&shared, &raw, 60_000).is_ok(), "the bytes that it was lent serve it first");
        assert_eq!(
            shared.taken(),
            raw.allocated_bytes(),
            "and the other arenas can borrow the rest again"
        );
        shared.lend_half(&raw, 0, usize::MAX);
        shared.close(&raw);
        assert_eq!(shared.taken(), 0);
    }

    #[test]
    fn code_that_changes_the_limit_of_its_raw_bump_cannot_raise_the_limit() {
        for changed in [None, Some(0), Some(usize::MAX)] {
            let (first, raw) = (Bump::new(), Bump::new());
            let shared = SharedLimit::share(LIMIT, &first, false);
            assert!(shared.admit(&raw, 0));
            shared.lend_half(&raw, 0, usize::MAX);
            raw.set_allocation_limit(changed);
            let _ = raw.try_alloc_layout(bytes(2 * LIMIT));
            assert!(shared.taken() <= LIMIT);
            let _ = lend(&shared, &raw, 100);
            shared.lend_half(&raw, 0, usize::MAX);
            raw.set_allocation_limit(changed);
            shared.close(&raw);
            assert!(shared.taken() <= LIMIT);
            assert!(lend(&shared, &first, 2 * LIMIT).is_err(), "with {changed:?}");
        }
    }

    #[test]
    fn a_limit_of_all_bytes_there_are_does_not_overflow() {
        let (first, second) = (with_capacity(1000), with_capacity(1000));
        let shared = SharedLimit::share(usize::MAX, &first, false);
        assert!(shared.admit(&second, 0));
        assert!(lend(&shared, &second, 10_000).is_ok());
        shared.lend_half(&first, 0, usize::MAX);
        shared.close(&first);
        shared.close(&second);
        assert_eq!(shared.taken(), 0);
    }
}
