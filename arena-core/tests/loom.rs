//! Models of the ledger under `loom`, which runs them in every order that their threads can take.
//! No count is lost or counted twice while threads count, end, and are read. [`claims`](claims)
//! models owners and callers, and [`budget`](budget) the account of the service's budget.
//!
//! The tests compile the crate's own files over `loom`'s primitives.

#![allow(missing_docs, dead_code, unreachable_pub, reason = "the model uses a part of the file")]

mod sync {
    use core::cell::Cell;

    pub(crate) use loom::cell::{MutPtr, UnsafeCell};
    use loom::sync::atomic::Ordering::SeqCst;
    use loom::sync::atomic::fence;
    pub(crate) use loom::sync::atomic::{AtomicBool, AtomicI64, AtomicU64};
    pub(crate) use loom::sync::{Arc, Mutex, MutexGuard};

    thread_local! {
        // A thread local reaches the whole model, because `loom` runs all its threads on one.
        pub(crate) static WITH_LIGHT: Cell<bool> = const { Cell::new(true) };
        pub(crate) static WITH_HEAVY: Cell<bool> = const { Cell::new(true) };
        pub(crate) static REFUSED: Cell<bool> = const { Cell::new(false) };
    }

    /// The two sides order like two fences.
    pub(crate) fn light_fence() {
        if WITH_LIGHT.get() {
            fence(SeqCst);
        }
    }

    pub(crate) fn heavy_fence() -> bool {
        if WITH_HEAVY.get() && !REFUSED.get() {
            fence(SeqCst);
        }
        !REFUSED.get()
    }

    pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
        mutex.lock().unwrap()
    }
}

#[path = "loom/budget.rs"]
mod budget;
#[path = "loom/claims.rs"]
mod claims;

#[path = "../src/budget/account.rs"]
mod account;
#[path = "../src/sync/claim.rs"]
mod claim;
#[path = "../src/figures/ledger.rs"]
mod ledger;

use ledger::{Counters, Entries, Ledger};
use loom::sync::Arc;
use loom::sync::Mutex;
use loom::sync::atomic::{AtomicU64, Ordering::Relaxed};

/// Two counters, written by a load and a store, like those of a site.
struct Two([AtomicU64; 2]);

impl Default for Two {
    fn default() -> Self {
        Self([AtomicU64::new(0), AtomicU64::new(0)])
    }
}

impl Two {
    fn count(&self) {
        for counter in &self.0 {
            counter.store(counter.load(Relaxed) + 1, Relaxed);
        }
    }
}

impl Counters for Two {
    type Totals = [u64; 2];

    fn add_to(&self, totals: &mut [u64; 2]) {
        for (total, counter) in totals.iter_mut().zip(&self.0) {
            *total += counter.load(Relaxed);
        }
    }
}

fn ledger() -> Arc<Ledger<Two>> {
    Arc::new(Ledger(Mutex::new(Entries { open: Vec::new(), closed: [0; 2] })))
}

/// A thread that counts and then ends.
fn worker(ledger: &Arc<Ledger<Two>>, times: u64) -> loom::thread::JoinHandle<()> {
    let ledger = Arc::clone(ledger);
    loom::thread::spawn(move || {
        let mine = ledger.open();
        (0..times).for_each(|_| mine.count());
        ledger.close(&mine);
    })
}

#[test]
fn nothing_is_lost_or_counted_twice_while_threads_end_under_a_reader() {
    let mut model = loom::model::Builder::new();
    model.preemption_bound = Some(3);
    model.check(|| {
        let ledger = ledger();
        let workers = [worker(&ledger, 2), worker(&ledger, 1)];
        let first = ledger.read();
        let second = ledger.read();
        for (first, second) in first.iter().zip(second) {
            assert!(*first <= second && second <= 3, "totals never fall, and never run ahead");
        }
        workers.into_iter().for_each(|worker| worker.join().unwrap());
        assert_eq!(ledger.read(), [3, 3]);
    });
}

#[test]
fn a_late_count_goes_into_the_totals() {
    loom::model(|| {
        let ledger = ledger();
        let counting = worker(&ledger, 1);
        let late = Two::default();
        late.count();
        ledger.add(&late);
        assert!((1..=2).contains(&ledger.read()[0]));
        counting.join().unwrap();
        assert_eq!(ledger.read(), [2, 2]);
    });
}
