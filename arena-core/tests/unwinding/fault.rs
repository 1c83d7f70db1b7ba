//! Points at which the code under test may unwind: each call of the allocator, and each `Clone`,
//! `Hash`, `Eq` and `Ord` of an element. A sweep makes one of them unwind, then the next one.

use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};

struct Fault;

thread_local! {
    static LEFT: Cell<Option<usize>> = const { Cell::new(None) };
}

/// Unwinds if this is the chosen point. It runs no panic hook, as `on_limit` runs none.
pub(crate) fn point() {
    match LEFT.get() {
        Some(0) => {
            LEFT.set(None);
            resume_unwind(Box::new(Fault));
        }
        Some(left) => LEFT.set(Some(left - 1)),
        None => {}
    }
}

/// Runs `work` so that its point number `chosen` unwinds, and returns whether it came that far.
pub(crate) fn at(chosen: usize, work: impl FnOnce()) -> bool {
    LEFT.set(Some(chosen));
    let result = catch_unwind(AssertUnwindSafe(work));
    LEFT.set(None);
    match result {
        Ok(()) => false,
        Err(payload) if payload.is::<Fault>() => true,
        Err(payload) => resume_unwind(payload),
    }
}
