//! Guards that end while other scopes end.
//!
//! A deferred value may own a guard, and the arena of that guard a deferred value that owns the
//! next one. Each ends within the end of the one before. Beyond a few levels a guard waits until
//! the outermost scope has closed its arena, so that the stack bounds no such chain.

use std::cell::{Cell, RefCell};

use super::RequestScope;
use crate::at_end::Panics;
use crate::heap;

/// Scopes that end within each other before a further guard waits.
const LEVELS: usize = 4;

thread_local! {
    /// Scopes whose deferred values are being dropped on this thread.
    static ENDING: Cell<usize> = const { Cell::new(0) };
    /// Whether a guard waits. The list itself is looked at only then: the first look registers its
    /// destructor, which allocates.
    static ANY_WAITS: Cell<bool> = const { Cell::new(false) };
    /// Guards that wait. Empty unless a scope is ending.
    static WAITING: RefCell<Vec<RequestScope>> = const { RefCell::new(Vec::new()) };
}

/// Runs the end of a scope, and of all guards that wait for it.
pub(super) fn end<R>(panics: &mut Panics, close: impl FnOnce(&mut Panics) -> R) -> R {
    let level = ENDING.replace(ENDING.get() + 1);
    let closed = close(panics);
    if level == 0 && ANY_WAITS.get() {
        let next = || WAITING.try_with(|waiting| waiting.borrow_mut().pop()).ok().flatten();
        while let Some(guard) = next() {
            panics.guard(|| drop(guard));
        }
        ANY_WAITS.set(false);
    }
    ENDING.set(level);
    closed
}

/// Has a guard wait that is dropped deep within the ends of others.
#[inline(always)]
pub(super) fn wait(guard: &mut RequestScope) {
    if ENDING.get() > LEVELS {
        wait_for_outermost(guard);
    }
}

#[cold]
#[inline(never)]
fn wait_for_outermost(guard: &mut RequestScope) {
    // A thread that is about to end has no list any more: the guard ends at once.
    let _ = heap::own(|| WAITING.try_with(|waiting| waiting.borrow_mut().push(guard.take())));
    ANY_WAITS.set(true);
}
