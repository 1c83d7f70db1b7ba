//! What a team writes by hand instead of a request's arena: a thread-local stack of `Bump`s.
//! Benches compare with it.
//!
//! It counts nothing, has no limit, keeps whatever a request has inflated, and loses its arena to a
//! panic: the least that it can cost.

use std::cell::RefCell;

use request_arena::Bump;

/// Bytes of an arena's first chunk. A site that is compared has them as its `initial`.
pub(crate) const ROOM: usize = 64 << 10;

thread_local! {
    static POOL: RefCell<Vec<Bump>> = const { RefCell::new(Vec::new()) };
}

/// Runs `body` with an arena of the pool, which gets it back empty.
pub(crate) fn pooled<R>(body: impl FnOnce(&Bump) -> R) -> R {
    let mut bump = POOL.with_borrow_mut(Vec::pop).unwrap_or_else(|| Bump::with_capacity(ROOM));
    let result = body(&bump);
    bump.reset();
    POOL.with_borrow_mut(|pool| pool.push(bump));
    result
}
