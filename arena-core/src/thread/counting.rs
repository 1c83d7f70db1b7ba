//! Counts scopes that are not simple, and heap bytes after a scope, in the thread's own counters.

use super::thread_slot;
use crate::figures::cells::{Cells, EndedScope};
use crate::site::Site;

/// Counts a scope that ended.
pub(crate) fn count(site: &'static Site, ended: &EndedScope<'_>) {
    match thread_slot::enter() {
        Some(mut local) => {
            let (of_site, pool) = local.site(site);
            of_site.cells.count(ended);
            of_site.record(ended.figures.peak_used as u64, pool);
        }
        // The thread is about to end, and its own counters are gone.
        None => count_late(site, |late| late.count(ended)),
    }
}

/// Counts a response buffer of `site` with this many bytes.
pub(crate) fn count_buffer(site: &'static Site, bytes: u64) {
    match thread_slot::enter() {
        Some(mut local) => local.count_buffer(site, bytes),
        // The thread is about to end, and its own counters are gone.
        None => count_late(site, |late| late.count_response(bytes)),
    }
}

/// Counts an allocation of `site` that the budget refused, and that no lease has counted.
#[cold]
pub(crate) fn count_budget_refusal(site: &'static Site) {
    count_rare(site, Cells::count_budget_refusal);
}

/// Counts a response buffer of `site` that passed a limit that is only measured.
#[cold]
pub(crate) fn count_over_limit(site: &'static Site) {
    count_rare(site, Cells::count_over_limit);
}

fn count_rare(site: &'static Site, count: fn(&Cells)) {
    match thread_slot::enter() {
        Some(mut local) => count(&local.site(site).0.cells),
        // The thread is about to end, and its own counters are gone.
        None => count_late(site, count),
    }
}

/// Counts heap bytes that a request allocated after its last scope. `number` is the number of that
/// scope's site.
pub(crate) fn count_after(number: usize, bytes: u64) {
    let local = thread_slot::enter();
    if let Some(of_site) = local.as_ref().and_then(|local| local.known(number)) {
        return of_site.cells.count_after(bytes);
    }
    drop(local);
    // This thread does not know the site, because another thread ran the scope. Or this thread is
    // about to end.
    if let Some(site) = Site::numbered(number) {
        count_late(site, |late| late.count_after(bytes));
    }
}

/// Counts a scope for a thread that has no counters any more.
fn count_late(site: &'static Site, count: impl FnOnce(&Cells)) {
    let late = Cells::default();
    count(&late);
    site.ledger.add(&late);
}
