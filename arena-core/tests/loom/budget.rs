//! Models of the budget's account. No reservation is lost or given twice, the memory behind the
//! reservations never exceeds the budget, and a change of the budget is in force at once.

use loom::sync::Arc;
use loom::sync::atomic::{AtomicI64, AtomicUsize, Ordering::Relaxed};
use loom::thread::{JoinHandle, spawn};

use crate::account::{Account, UNLIMITED};
use crate::sync::Mutex;

/// An account, and the memory that an allocator sees. The allocator orders nothing.
#[derive(Clone)]
struct Model {
    account: Arc<Account>,
    memory: Arc<AtomicUsize>,
}

impl Model {
    fn new(budget: Option<usize>) -> Self {
        let account = Account { free: AtomicI64::new(UNLIMITED), budget: Mutex::new(UNLIMITED) };
        account.set(budget);
        Self { account: Arc::new(account), memory: Arc::new(AtomicUsize::new(0)) }
    }

    /// Reserves and allocates a chunk. Returns whether the budget had it.
    fn allocate(&self, bytes: usize, most: usize) -> bool {
        let is_reserved = self.account.reserve(bytes);
        if is_reserved {
            let held = self.memory.fetch_add(bytes, Relaxed) + bytes;
            assert!(held <= most, "{held} of {most}");
        }
        is_reserved
    }

    fn free(&self, bytes: usize) {
        self.memory.fetch_sub(bytes, Relaxed);
        self.account.release(bytes);
    }

    /// A thread that allocates a chunk and frees it, and does so again.
    fn request(&self, bytes: usize, most: usize) -> JoinHandle<usize> {
        let model = self.clone();
        spawn(move || {
            let served = (0..2).filter(|_| {
                let is_served = model.allocate(bytes, most);
                if is_served {
                    model.free(bytes);
                }
                is_served
            });
            served.count()
        })
    }
}

fn check(preemptions: usize, model: fn()) {
    let mut builder = loom::model::Builder::new();
    builder.preemption_bound = Some(preemptions);
    builder.check(model);
}

#[test]
fn memory_never_exceeds_the_budget_and_all_of_it_comes_back() {
    check(2, || {
        let model = Model::new(Some(10));
        let threads = [model.request(6, 10), model.request(5, 10)];
        let served = usize::from(model.allocate(4, 10));
        threads.into_iter().for_each(|thread| assert!(thread.join().unwrap() <= 2));
        if served > 0 {
            model.free(4);
        }
        assert_eq!(model.account.read(), (Some(10), 0));
        assert_eq!(model.account.free(), 10);
    });
}

#[test]
fn a_request_is_refused_only_while_others_hold_the_memory() {
    check(4, || {
        let model = Model::new(Some(10));
        let other = model.request(5, 10);
        // Both fit together, so no order refuses either.
        assert!(model.allocate(5, 10));
        assert_eq!(other.join().unwrap(), 2);
        assert!(!model.account.reserve(6) && model.account.reserve(5));
    });
}

#[test]
fn two_that_do_not_fit_together_are_never_both_served() {
    check(4, || {
        let model = Model::new(Some(10));
        let other = {
            let model = model.clone();
            spawn(move || model.allocate(6, 10))
        };
        let mine = model.allocate(6, 10);
        let theirs = other.join().unwrap();
        assert!(mine != theirs, "one of them, and only one");
        assert_eq!(model.account.read(), (Some(10), 6));
    });
}

#[test]
fn a_lower_budget_is_in_force_for_every_later_reservation() {
    check(4, || {
        let model = Model::new(Some(10));
        let served = model.request(6, 10);
        model.account.set(Some(5));
        // Only what was reserved before the change can be above it.
        assert!(!model.account.reserve(6), "the other thread's bytes do not matter");
        served.join().unwrap();
        assert_eq!(model.account.read(), (Some(5), 0));
        assert!(model.account.reserve(5));
    });
}

#[test]
fn changes_of_the_budget_lose_no_reservation() {
    check(4, || {
        let model = Model::new(None);
        let request = {
            let model = model.clone();
            spawn(move || model.account.reserve(3))
        };
        let operator = {
            let model = model.clone();
            spawn(move || model.account.set(Some(20)))
        };
        model.account.set(Some(10));
        assert!(request.join().unwrap());
        operator.join().unwrap();
        let (budget, taken) = model.account.read();
        assert!(budget == Some(10) || budget == Some(20), "{budget:?}");
        assert_eq!((taken, model.account.free()), (3, budget.unwrap() - 3));
        model.account.set(None);
        assert_eq!(model.account.read(), (None, 3));
    });
}

#[test]
fn an_overdrawn_account_serves_again_when_the_bytes_are_back() {
    check(4, || {
        let model = Model::new(Some(10));
        let raw = {
            let model = model.clone();
            spawn(move || {
                model.account.overdraw(12);
                model.account.release(12);
            })
        };
        let is_served = model.account.reserve(4);
        raw.join().unwrap();
        assert_eq!(model.account.read(), (Some(10), if is_served { 4 } else { 0 }));
        assert!(model.account.reserve(6));
    });
}
