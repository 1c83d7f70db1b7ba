//! The ledger of a site: the counters of each thread that runs the site, and the totals of threads
//! that ended.
//!
//! A thread writes its own counters without a lock, in cache lines that no other thread writes. A
//! reader adds up all counters under the ledger's lock. A thread that ends adds its counters to the
//! totals and removes them from the list, in one step under the same lock.
//!
//! **Invariant:** each count is in exactly one place, a listed counter or the totals. Modelled with
//! `loom` in `tests/loom.rs`.

use crate::sync::{Arc, Mutex, lock};

/// Counters that one thread writes and any thread reads.
pub(crate) trait Counters: Default {
    /// The sums of these counters, as plain numbers.
    type Totals: Clone;

    /// Adds these counters to `totals`.
    fn add_to(&self, totals: &mut Self::Totals);
}

/// See the module.
pub(crate) struct Ledger<C: Counters>(pub(crate) Mutex<Entries<C>>);

/// The content of a ledger, guarded by its lock.
pub(crate) struct Entries<C: Counters> {
    pub(crate) open: Vec<Arc<C>>,
    pub(crate) closed: C::Totals,
}

impl<C: Counters> Ledger<C> {
    fn with<R>(&self, work: impl FnOnce(&mut Entries<C>) -> R) -> R {
        work(&mut lock(&self.0))
    }

    /// Creates the counters of one thread.
    pub(crate) fn open(&self) -> Arc<C> {
        let counters = Arc::new(C::default());
        self.with(|entries| entries.open.push(Arc::clone(&counters)));
        counters
    }

    /// Moves the counters of a thread that ends into the totals. The thread must not write them any
    /// more.
    pub(crate) fn close(&self, counters: &Arc<C>) {
        self.with(|entries| {
            entries.open.retain(|open| !Arc::ptr_eq(open, counters));
            counters.add_to(&mut entries.closed);
        });
    }

    /// Adds counts of a thread that has no counters any more.
    pub(crate) fn add(&self, late: &C) {
        self.with(|entries| late.add_to(&mut entries.closed));
    }

    /// A part of the sums. `of` takes it from the totals, and `add` adds that of each counter.
    pub(crate) fn read_part<T>(
        &self,
        of: impl FnOnce(&C::Totals) -> T,
        add: impl Fn(&mut T, &C),
    ) -> T {
        self.with(|entries| {
            let mut part = of(&entries.closed);
            entries.open.iter().for_each(|counters| add(&mut part, counters));
            part
        })
    }

    /// The sums over all threads.
    pub(crate) fn read(&self) -> C::Totals {
        self.with(|entries| {
            let mut totals = entries.closed.clone();
            entries.open.iter().for_each(|counters| counters.add_to(&mut totals));
            totals
        })
    }
}
