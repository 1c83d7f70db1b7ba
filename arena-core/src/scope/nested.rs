//! Guards that are dropped while other scopes end.
//!
//! A deferred value may own a guard, and the arena of that guard may hold a deferred value that
//! owns the next guard. Each one ends within the end of the one before. Such a chain could overflow
//! the stack. So beyond a few levels, a guard waits until the outermost scope has closed its arena.

use core::any::Any;
use std::cell::{Cell, RefCell};

use crate::coverage;
use crate::panics::Panics;

/// The most scopes that end within each other before a further guard waits.
const LEVELS: usize = 4;

thread_local! {
    /// The number of scopes that are dropping their deferred values on this thread.
    static ENDING: Cell<usize> = const { Cell::new(0) };
    /// Whether a guard waits. The list is accessed only in that case, because the first access
    /// registers its destructor, which allocates.
    static ANY_WAITS: Cell<bool> = const { Cell::new(false) };
    /// The guards that wait to be dropped. Empty unless a scope is ending.
    static WAITING: RefCell<Vec<Box<dyn Any>>> = const { RefCell::new(Vec::new()) };
}

/// Runs the end of a scope. The outermost call then drops all guards that wait.
pub(super) fn end<R>(panics: &mut Panics, close: impl FnOnce(&mut Panics) -> R) -> R {
    let level = ENDING.replace(ENDING.get() + 1);
    let closed = close(panics);
    if level == 0 && ANY_WAITS.get() {
        while let Some(guard) = next_waiting() {
            panics.guard(|| drop(guard));
        }
        ANY_WAITS.set(false);
    }
    ENDING.set(level);
    closed
}

fn next_waiting() -> Option<Box<dyn Any>> {
    WAITING.try_with(|waiting| waiting.borrow_mut().pop()).ok().flatten()
}

/// Whether a guard is dropped within so many other ends that it has to [wait].
#[inline(always)]
pub(super) fn is_deep() -> bool {
    ENDING.get() > LEVELS
}

/// Makes a guard wait. Calls `take` only if the list still exists.
#[cold]
#[inline(never)]
pub(super) fn wait<G: 'static>(take: impl FnOnce() -> G) {
    // A thread that is about to end has no list any more, so the guard ends at once.
    coverage::own(|| {
        let _ = WAITING.try_with(|waiting| waiting.borrow_mut().push(Box::new(take())));
    });
    ANY_WAITS.set(true);
}
