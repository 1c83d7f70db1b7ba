//! The limit of a scope whose memory is in several arenas: its own, its forks', its child scopes'.
//!
//! A scope with a single arena leaves the limit to `bumpalo`. With the first fork or child the rest of the
//! limit moves into a shared budget, and each arena's own limit is set to what it holds already. Every further
//! chunk then fails in `bumpalo` first and comes here, where it is lent from the budget under a lock. That path is
//! taken once a chunk, never once an allocation.

use core::alloc::Layout;
use core::ptr::NonNull;
use std::sync::{Mutex, MutexGuard, PoisonError};

use bumpalo::Bump;

/// Bytes of chunks that the arenas of one scope may still take between them.
#[derive(Debug)]
pub(crate) struct Budget {
    limit: usize,
    remaining: Mutex<usize>,
}

impl Budget {
    /// The budget of a scope that has one arena so far. From here on that arena has to borrow.
    pub(crate) fn share(limit: usize, bump: &Bump) -> Self {
        let taken = bump.allocated_bytes();
        bump.set_allocation_limit(Some(taken));
        Self { limit, remaining: Mutex::new(limit.saturating_sub(taken)) }
    }

    fn lock(&self) -> MutexGuard<'_, usize> {
        self.remaining.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Bytes of chunks that all arenas of the scope have been lent.
    pub(crate) fn taken(&self) -> usize {
        self.limit - *self.lock()
    }

    /// Takes an arena into the budget with what it holds already; `false` if it does not fit.
    pub(crate) fn admit(&self, bump: &Bump) -> bool {
        let mut remaining = self.lock();
        let capacity = bump.allocated_bytes();
        let Some(rest) = remaining.checked_sub(capacity) else { return false };
        *remaining = rest;
        bump.set_allocation_limit(Some(capacity));
        true
    }

    /// Lends the arena a chunk for `layout`, if the budget has it.
    pub(crate) fn lend(&self, bump: &Bump, layout: Layout) -> Option<NonNull<u8>> {
        let mut remaining = self.lock();
        let before = bump.allocated_bytes();
        let all = *remaining + Self::headroom(bump);
        bump.set_allocation_limit(Some(before + all));
        let memory = bump.try_alloc_layout(layout).ok();
        let after = bump.allocated_bytes();
        *remaining = all - (after - before);
        bump.set_allocation_limit(Some(after));
        memory
    }

    /// Lends the arena everything that is left, for code that allocates through `&Bump` and cannot come here.
    pub(crate) fn lend_all(&self, bump: &Bump) {
        let mut remaining = self.lock();
        let all = *remaining + Self::headroom(bump);
        *remaining = 0;
        bump.set_allocation_limit(Some(bump.allocated_bytes() + all));
    }

    /// Takes back what an arena held that has ended.
    pub(crate) fn settle(&self, bump: &Bump) {
        *self.lock() += bump.allocated_bytes() + Self::headroom(bump);
    }

    /// Bytes that were lent and are in no chunk yet.
    fn headroom(bump: &Bump) -> usize {
        bump.allocation_limit().map_or(0, |limit| limit.saturating_sub(bump.allocated_bytes()))
    }
}
