//! A limit that is answered: at a site with `on_limit`, what the arena refuses ends the body with a
//! typed panic, and the visit makes an error of it.
//!
//! The panic is told from every other by its payload, which names the request that it belongs to:
//! one of a scope within, or of another request, goes on unchanged. It does not call the panic
//! hook, since it is answered and nothing is wrong; the scope's event says what was refused.
//!
//! A raw `&Bump` cannot say which arena refused: `bumpalo` panics with "out of memory". That is the
//! limit's, if the request has handed its `Bump` out.

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::ptr;

use crate::error::ArenaError;
use crate::figures::stats::Outcome;
use crate::site::Site;
use crate::slot::Slot;

/// What `bumpalo` panics with.
const BUMPS_PANIC: &str = "out of memory";

/// The payload.
struct Refused {
    error: ArenaError,
    /// The request's: all its forks and child scopes have it.
    slot: &'static Slot,
}

/// Ends the body. It must be that of a scope whose site answers its limit.
pub(crate) fn unwind(error: ArenaError, slot: &'static Slot) -> ! {
    resume_unwind(Box::new(Refused { error, slot }))
}

/// Runs the body, or one poll of it, and gives back what its request's limit ended it with; other
/// panics go on.
///
/// Nobody sees what the body leaves half-done, but through what it borrowed: that is as after any
/// panic that a framework catches.
pub(crate) fn catch<R>(
    site: &'static Site,
    slot: &'static Slot,
    body: impl FnOnce() -> R,
) -> Result<R, ArenaError> {
    catch_unwind(AssertUnwindSafe(body)).or_else(|payload| match error_of(&*payload, site, slot) {
        Some(error) => {
            slot.set_outcome(Outcome::LimitExceeded);
            Err(error)
        }
        None => {
            slot.forget_limit_panic();
            resume_unwind(payload)
        }
    })
}

#[cold]
fn error_of(
    payload: &(dyn Any + Send),
    site: &'static Site,
    slot: &'static Slot,
) -> Option<ArenaError> {
    let figures = slot.figures();
    if let Some(refused) = payload.downcast_ref::<Refused>() {
        return (ptr::eq(refused.slot, slot) && figures.limit_panicked).then_some(refused.error);
    }
    let is_bumps =
        figures.peak_is_lower_bound && payload.downcast_ref::<&str>() == Some(&BUMPS_PANIC);
    is_bumps.then(|| ArenaError::refused_by_bump(site, figures.reserved))
}
