//! Counts scopes that are not simple, and bytes that come after a scope, in the thread's own
//! counters.

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
        // The thread's own counters are gone.
        None => count_late(site, |late| late.count(ended)),
    }
}

/// Counts bytes that a request allocated after its last scope, which was of the site with this
/// number.
pub(crate) fn count_after(number: usize, bytes: u64) {
    let local = thread_slot::enter();
    if let Some(of_site) = local.as_ref().and_then(|local| local.known(number)) {
        return of_site.cells.count_after(bytes);
    }
    drop(local);
    // This thread ends the request of another thread, or is about to end itself.
    if let Some(site) = Site::numbered(number) {
        count_late(site, |late| late.count_after(bytes));
    }
}

/// Counts without the thread's own counters.
fn count_late(site: &'static Site, count: impl FnOnce(&Cells)) {
    let late = Cells::default();
    count(&late);
    site.ledger.add(&late);
}
