//! Panics of the user's code that runs while a scope ends: they wait until everything is cleaned up.

use core::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};

/// The first panic of the code that ran under it.
#[derive(Default)]
pub(crate) struct Panics(Option<Box<dyn Any + Send>>);

impl Panics {
    /// Runs the user's `work`, and keeps its panic for [`Panics::resume`].
    pub(crate) fn guard(&mut self, work: impl FnOnce()) {
        if let Err(panic) = catch_unwind(AssertUnwindSafe(work)) {
            match &self.0 {
                None => self.0 = Some(panic),
                Some(_) => discard(panic),
            }
        }
    }

    /// Goes on with the panic that was kept. While another panic unwinds it only drops it, because
    /// a second one would abort the process.
    pub(crate) fn resume(self) {
        if let Some(panic) = self.0 {
            if std::thread::panicking() {
                discard(panic);
            } else {
                resume_unwind(panic);
            }
        }
    }
}

/// Drops what a panic carried, whose own `Drop` is the user's and may panic too.
fn discard(panic: Box<dyn Any + Send>) {
    if let Err(again) = catch_unwind(AssertUnwindSafe(|| drop(panic))) {
        core::mem::forget(again);
    }
}
