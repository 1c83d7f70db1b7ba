//! Wakers that are called once the lock is released, as they may be code of the user.

use core::task::Waker;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};

/// See the module.
#[must_use = "the requests sleep on"]
#[derive(Debug, Default)]
pub(crate) struct Wakers(Vec<Waker>);

impl Wakers {
    pub(crate) fn add(&mut self, waker: Option<Waker>) {
        self.0.extend(waker);
    }

    pub(crate) fn extend(&mut self, other: Self) {
        self.0.extend(other.0);
    }

    /// Wakes all. If a waker panics, the others are woken before the panic goes on.
    pub(crate) fn wake(self) {
        let mut panic = None;
        for waker in self.0 {
            let woken = catch_unwind(AssertUnwindSafe(|| waker.wake()));
            panic = panic.or(woken.err());
        }
        if let Some(panic) = panic {
            // A second panic would abort the process.
            if !std::thread::panicking() {
                resume_unwind(panic);
            }
        }
    }
}
