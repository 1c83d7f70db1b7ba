//! Limits with an answer. At a site with `on_limit`, a refused allocation ends the body with a
//! typed panic, and the run converts that panic into an error.
//!
//! The payload identifies the request that the panic belongs to. A panic of an inner scope or of
//! another request continues unchanged. The panic does not call the panic hook, because the handler
//! answers it. The scope's event reports the refused allocation.
//!
//! A raw `&Bump` cannot identify the arena that refused: `bumpalo` panics with "out of memory". If
//! the request has handed out its `Bump`, such a panic counts as its limit, or as the service's
//! budget if that left the `Bump` less.

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::ptr;

use crate::error::{ArenaError, RefusedBy};
use crate::figures::stats::Outcome;
use crate::site::Site;
use crate::slot::Slot;

/// The message of `bumpalo`'s panic.
const BUMPS_PANIC: &str = "out of memory";

/// The payload of the panic.
struct Refused {
    error: ArenaError,
    /// Whether a response buffer was refused, and not the arena.
    is_of_buffer: bool,
    /// The request's slot, which all its forks and child scopes share.
    slot: &'static Slot,
}

/// Ends the body of a scope. The scope's site must have an `on_limit`.
pub(crate) fn unwind(error: ArenaError, slot: &'static Slot) -> ! {
    resume_unwind(Box::new(Refused { error, is_of_buffer: false, slot }))
}

/// As [`unwind`], for a response buffer of the scope. The arena knows nothing of the refusal.
pub(crate) fn unwind_from_buffer(error: ArenaError, slot: &'static Slot) -> ! {
    resume_unwind(Box::new(Refused { error, is_of_buffer: true, slot }))
}

/// Runs the body, or one poll of it. Converts a panic by its request's limit into an error, and
/// lets other panics continue.
///
/// The unwind safety is that of a framework that catches panics: only values that the body borrowed
/// can show half-done changes.
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
        let is_refused = figures.limit_panicked || refused.is_of_buffer;
        return (ptr::eq(refused.slot, slot) && is_refused).then_some(refused.error);
    }
    let is_bumps =
        figures.peak_is_lower_bound && payload.downcast_ref::<&str>() == Some(&BUMPS_PANIC);
    is_bumps.then(|| {
        let by = match site.enforced_limit() {
            _ if figures.raw_is_at_budget => RefusedBy::Budget,
            Some(_) => RefusedBy::Limit,
            None => RefusedBy::Allocator,
        };
        if by == RefusedBy::Budget {
            slot.count_budget_refusal();
        }
        ArenaError::refused_by_bump(site, by, figures.reserved)
    })
}
