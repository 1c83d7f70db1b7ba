//! A site's ledger: the counters of each thread that runs it, and the totals of the threads that
//! ended.
//!
//! A thread writes its own counters, without a lock and without a cache line that another thread
//! writes. A reader adds up all of them under the ledger's lock. A thread that ends adds its own to
//! the totals under the same lock and takes them off the list in the same breath.
//!
//! **Invariant:** what was counted is in exactly one place, a listed counter or the totals.
//! Modelled with `loom` in `tests/loom.rs`.

use crate::sync::{Arc, Mutex, lock};

/// Counters that one thread writes and any thread reads.
pub(crate) trait Counters: Default {
    /// Plain sums.
    type Totals: Clone;

    /// Adds what is counted here.
    fn add_to(&self, totals: &mut Self::Totals);
}

/// See the module.
pub(crate) struct Ledger<C: Counters>(pub(crate) Mutex<Entries<C>>);

/// What a ledger's lock guards.
pub(crate) struct Entries<C: Counters> {
    pub(crate) open: Vec<Arc<C>>,
    pub(crate) closed: C::Totals,
}

impl<C: Counters> Ledger<C> {
    fn with<R>(&self, work: impl FnOnce(&mut Entries<C>) -> R) -> R {
        work(&mut lock(&self.0))
    }

    /// Counters for one thread.
    pub(crate) fn open(&self) -> Arc<C> {
        let counters = Arc::new(C::default());
        self.with(|entries| entries.open.push(Arc::clone(&counters)));
        counters
    }

    /// The thread of these counters ends, and writes them no more.
    pub(crate) fn close(&self, counters: &Arc<C>) {
        self.with(|entries| {
            entries.open.retain(|open| !Arc::ptr_eq(open, counters));
            counters.add_to(&mut entries.closed);
        });
    }

    /// Counts for a thread that has no counters any more.
    pub(crate) fn add(&self, late: &C) {
        self.with(|entries| late.add_to(&mut entries.closed));
    }

    /// The sum over all threads.
    pub(crate) fn read(&self) -> C::Totals {
        self.with(|entries| {
            let mut totals = entries.closed.clone();
            entries.open.iter().for_each(|counters| counters.add_to(&mut totals));
            totals
        })
    }
}
