//! A small number for each thread, by which it finds its stripe; and whether the code of an
//! admitted request runs on it.

use core::cell::Cell;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

const NONE: usize = usize::MAX;

thread_local! {
    // Neither needs `Drop`, so both are readable until the thread's very end.
    static NUMBER: Cell<usize> = const { Cell::new(NONE) };
    static IS_INSIDE: Cell<bool> = const { Cell::new(false) };
}

/// The number of this thread. Threads get 0, 1, 2 and so on.
#[inline(always)]
pub(crate) fn number() -> usize {
    let number = NUMBER.get();
    if number == NONE { assign() } else { number }
}

#[cold]
fn assign() -> usize {
    static NEXT: AtomicUsize = AtomicUsize::new(0);
    let number = NEXT.fetch_add(1, Relaxed);
    NUMBER.set(number);
    number
}

/// Whether the code of an admitted request runs on this thread.
#[inline(always)]
pub(crate) fn is_inside() -> bool {
    IS_INSIDE.get()
}

/// Marks that the code of an admitted request runs on this thread, until it is dropped.
#[derive(Debug)]
pub(crate) struct Inside {
    was: bool,
}

impl Inside {
    #[inline(always)]
    pub(crate) fn enter() -> Self {
        Self { was: IS_INSIDE.replace(true) }
    }
}

impl Drop for Inside {
    #[inline(always)]
    fn drop(&mut self) {
        IS_INSIDE.set(self.was);
    }
}
