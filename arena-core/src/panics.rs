//! Panics of user code that runs while a scope ends. They wait until the cleanup is complete.

use core::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};

/// The first panic that was caught.
#[derive(Default)]
pub(crate) struct Panics(Option<Box<dyn Any + Send>>);

impl Panics {
    /// Runs the user's `work`, and stores its panic for [`Panics::resume`].
    pub(crate) fn guard(&mut self, work: impl FnOnce()) {
        if let Err(panic) = catch_unwind(AssertUnwindSafe(work)) {
            match &self.0 {
                None => self.0 = Some(panic),
                Some(_) => discard(panic),
            }
        }
    }

    /// Resumes the stored panic. During another panic it only drops the stored one, because a
    /// second panic would abort the process.
    pub(crate) fn resume(self) {
        if let Some(panic) = self.0 {
            if std::thread::panicking() {
                discard(panic);
            } else {
                resume_unwind(panic);
            }
        }
    }

    /// Drops the stored panic.
    pub(crate) fn discard(self) {
        if let Some(panic) = self.0 {
            discard(panic);
        }
    }
}

/// Drops a panic payload. Its `Drop` is user code and may panic too.
fn discard(panic: Box<dyn Any + Send>) {
    if let Err(again) = catch_unwind(AssertUnwindSafe(|| drop(panic))) {
        core::mem::forget(again);
    }
}
