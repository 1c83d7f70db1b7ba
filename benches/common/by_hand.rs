//! The arena that teams write by hand: a thread-local stack of `Bump`s. Benches compare with it.
//!
//! It is the cheapest possible one: it counts nothing, has no limit, retains whatever a request has
//! inflated, and loses its arena if the request panics.

use std::cell::RefCell;

use request_arena::Bump;

/// Bytes of an arena's first chunk. A site that is compared has the same `initial`.
pub(crate) const ROOM: usize = 64 << 10;

thread_local! {
    static POOL: RefCell<Vec<Bump>> = const { RefCell::new(Vec::new()) };
}

/// Runs `body` with an arena of the pool, and resets the arena afterwards.
pub(crate) fn pooled<R>(body: impl FnOnce(&Bump) -> R) -> R {
    let mut bump = POOL.with_borrow_mut(Vec::pop).unwrap_or_else(|| Bump::with_capacity(ROOM));
    let result = body(&bump);
    bump.reset();
    POOL.with_borrow_mut(|pool| pool.push(bump));
    result
}
