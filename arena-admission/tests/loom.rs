//! Models of credit, queue and cancellation under `loom`, which runs them in every order that their
//! threads can take. No reservation is lost or given twice.
//!
//! The tests compile the crate's own files over `loom`'s primitives.

#![allow(
    missing_docs,
    dead_code,
    unreachable_pub,
    unused_qualifications,
    reason = "the model uses a part of the files"
)]

mod sync {
    pub(crate) use loom::sync::atomic::AtomicU64;
    pub(crate) use loom::sync::{Mutex, MutexGuard};

    pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
        mutex.lock().unwrap()
    }
}

#[path = "../src/central.rs"]
mod central;
#[path = "../src/credit.rs"]
mod credit;
#[path = "../src/order.rs"]
mod order;
#[path = "../src/queue.rs"]
mod queue;
#[path = "../src/refused.rs"]
mod refused;
#[path = "../src/reservations.rs"]
mod reservations;
#[path = "../src/start.rs"]
mod start;
#[path = "../src/wakers.rs"]
mod wakers;

use std::sync::Arc;
use std::task::{Wake, Waker};

use loom::thread::{JoinHandle, spawn};

use central::{Decision, Room};
use order::{Mode, Order, Priority};
use queue::{Entry, Found};
use refused::Reason;
use reservations::{Demand, Guess, Reservations};

/// Every request weighs this much.
const WEIGHT: u64 = 4;

/// Wakes the thread that waits for it.
struct Unpark(loom::sync::Mutex<bool>, loom::sync::Condvar);

impl Unpark {
    fn new() -> Arc<Self> {
        Arc::new(Self(loom::sync::Mutex::new(false), loom::sync::Condvar::new()))
    }

    fn wait(&self) {
        let mut is_woken = self.0.lock().unwrap();
        while !*is_woken {
            is_woken = self.1.wait(is_woken).unwrap();
        }
        *is_woken = false;
    }
}

impl Wake for Unpark {
    fn wake(self: Arc<Self>) {
        *self.0.lock().unwrap() = true;
        self.1.notify_one();
    }
}

/// The gate, and how much its requests hold at the moment.
#[derive(Clone)]
struct Model {
    gate: loom::sync::Arc<Reservations>,
    held: loom::sync::Arc<loom::sync::atomic::AtomicU64>,
    budget: u64,
}

impl Model {
    fn new(stripes: usize, budget: u64, mode: Mode) -> Self {
        let gate = Reservations::new(stripes, Order::Fifo, 4, mode);
        gate.turn(Some(room(budget)), 0);
        Self {
            gate: loom::sync::Arc::new(gate),
            held: loom::sync::Arc::new(loom::sync::atomic::AtomicU64::new(0)),
            budget,
        }
    }

    fn demand(thread: usize) -> Demand {
        let entry = Entry {
            weight: WEIGHT,
            priority: Priority::Normal,
            since: 0,
            until: 10,
            is_shadow: false,
            start: None,
        };
        Demand { thread, entry, is_free: false }
    }

    fn decide(&self, thread: usize) -> Decision {
        if self.gate.take(thread, WEIGHT) {
            return Decision::Admitted(None);
        }
        let (decision, wakers) = self.gate.decide(&Self::demand(thread));
        wakers.wake();
        decision
    }

    /// The request runs, and returns its weight on some thread.
    fn run(&self, thread: usize) {
        use loom::sync::atomic::Ordering::Relaxed;
        let held = self.held.fetch_add(WEIGHT, Relaxed) + WEIGHT;
        assert!(held <= self.budget, "{held} of {} are held", self.budget);
        self.held.fetch_sub(WEIGHT, Relaxed);
        self.gate.give(thread, WEIGHT, || 1);
    }

    /// A request that waits as long as it takes. Returns whether it was admitted.
    fn request(&self, thread: usize, ends_on: usize) -> bool {
        match self.decide(thread) {
            Decision::Admitted(_) => {}
            Decision::Refused(_) => return false,
            Decision::Waiting(ticket) => {
                let unpark = Unpark::new();
                let waker = Waker::from(Arc::clone(&unpark));
                loop {
                    match self.gate.look(ticket, &waker) {
                        Found::Waiting => unpark.wait(),
                        Found::Granted(_) => break,
                        Found::Refused(_) => return false,
                    }
                }
            }
        }
        self.run(ends_on);
        true
    }

    fn spawn(&self, thread: usize, ends_on: usize) -> JoinHandle<bool> {
        let model = self.clone();
        spawn(move || model.request(thread, ends_on))
    }

    /// At the end nothing is held, and everything is there.
    fn check(&self) {
        let standing = self.gate.standing();
        assert_eq!(standing.held, 0, "{standing:?}");
        assert_eq!(standing.waiting, [0; 3], "{standing:?}");
        // A room of no size takes all credit back.
        self.gate.turn(Some(Room { budget: 0, hysteresis: 1, ..room(self.budget) }), 2);
        assert_eq!(self.gate.standing().reserved, 0);
    }
}

/// The batch is the sixteenth part for each stripe: one weight, or none.
fn room(budget: u64) -> Room {
    Room { budget, alone: 0, possible: budget, whole: budget, hysteresis: 0 }
}

fn check(preemptions: usize, model: impl Fn() + Send + Sync + 'static) {
    let mut builder = loom::model::Builder::new();
    builder.preemption_bound = Some(preemptions);
    builder.check(model);
}

#[test]
fn requests_that_do_not_fit_together_run_one_after_the_other() {
    check(3, || {
        let model = Model::new(2, WEIGHT, Mode::Enforce);
        let other = model.spawn(1, 1);
        assert!(model.request(0, 0));
        assert!(other.join().unwrap());
        model.check();
    });
}

#[test]
fn credit_of_other_threads_is_found() {
    check(2, || {
        // Room for 17: the stripe of the first thread gets a batch, which the others need.
        let model = Model::new(1, 16 * WEIGHT + WEIGHT, Mode::Enforce);
        assert!(model.request(0, 0));
        let others = [model.spawn(0, 0), model.spawn(0, 0)];
        assert!(model.request(0, 0));
        others.into_iter().for_each(|other| assert!(other.join().unwrap()));
        model.check();
    });
}

#[test]
fn weights_that_return_to_a_closing_stripe_reach_those_who_wait() {
    check(2, || {
        let model = Model::new(2, 2 * WEIGHT, Mode::Enforce);
        let others = [model.spawn(0, 1), model.spawn(1, 0)];
        assert!(model.request(0, 1));
        others.into_iter().for_each(|other| assert!(other.join().unwrap()));
        model.check();
    });
}

#[test]
fn a_request_that_leaves_the_queue_gives_back_what_it_was_granted_meanwhile() {
    check(3, || {
        let model = Model::new(1, WEIGHT, Mode::Enforce);
        let other = model.spawn(0, 0);
        match model.decide(0) {
            Decision::Admitted(_) => model.run(0),
            // Cancelled: it may have been granted already.
            Decision::Waiting(ticket) => model.gate.leave(ticket, 1),
            Decision::Refused(reason) => panic!("{reason:?}"),
        }
        assert!(other.join().unwrap(), "whatever the other does");
        model.check();
    });
}

#[test]
fn a_deadline_and_a_grant_decide_a_request_once() {
    check(3, || {
        let model = Model::new(1, WEIGHT, Mode::Enforce);
        assert!(matches!(model.decide(0), Decision::Admitted(_)));
        let waits = model.spawn(0, 0);
        let keeper = {
            let model = model.clone();
            spawn(move || model.gate.turn(None, 10))
        };
        model.run(0);
        keeper.join().unwrap();
        // Entered after the deadline passed, it is admitted, as there is room.
        let is_admitted = waits.join().unwrap();
        let counts = model.gate.standing().counts;
        assert_eq!(counts.refused[Reason::Deadline as usize], u64::from(!is_admitted));
        model.check();
    });
}

#[test]
fn a_budget_that_falls_takes_the_credit_back() {
    check(3, || {
        let model = Model::new(1, 16 * WEIGHT, Mode::Enforce);
        assert!(model.request(0, 0), "the stripe has a batch now");
        let keeper = {
            let model = model.clone();
            spawn(move || model.gate.turn(Some(room(WEIGHT)), 1))
        };
        let other = model.spawn(0, 0);
        assert!(model.request(0, 0));
        keeper.join().unwrap();
        assert!(other.join().unwrap());
        // From now on, one at a time.
        assert!(matches!(model.decide(0), Decision::Admitted(_)));
        assert!(matches!(model.decide(0), Decision::Waiting(_)));
        assert_eq!(model.gate.standing().held, WEIGHT);
    });
}

#[test]
fn measure_mode_admits_all_and_its_shadows_end() {
    check(3, || {
        let mut model = Model::new(1, WEIGHT, Mode::Measure);
        model.budget = 2 * WEIGHT;
        let other = model.spawn(0, 0);
        assert!(model.request(0, 0));
        assert!(other.join().unwrap());
        let counts = model.gate.standing().counts;
        assert_eq!(counts.refused, [0; 4]);
        assert_eq!(counts.waited.count(), counts.would_have_waited);
        model.check();
    });
}

#[test]
fn a_mode_that_changes_lets_nobody_wait_for_ever() {
    check(3, || {
        let mut model = Model::new(1, WEIGHT, Mode::Enforce);
        model.budget = 2 * WEIGHT;
        assert!(matches!(model.decide(0), Decision::Admitted(_)));
        let waits = model.spawn(0, 0);
        model.gate.set_mode(Mode::Measure, 1, || {});
        assert!(waits.join().unwrap(), "before the weight is returned");
        model.run(0);
        model.check();
    });
}

#[test]
fn a_mode_that_two_threads_change_is_published_as_it_is() {
    use loom::sync::atomic::{AtomicU64, Ordering::Relaxed};
    check(3, || {
        let model = Model::new(1, 16 * WEIGHT, Mode::Enforce);
        let shown = loom::sync::Arc::new(AtomicU64::new(Mode::Enforce as u64));
        let change = |mode: Mode| {
            let (gate, shown) = (model.gate.clone(), shown.clone());
            spawn(move || gate.set_mode(mode, 1, || shown.store(mode as u64, Relaxed)))
        };
        let changes = [change(Mode::Off), change(Mode::Measure)];
        // Whichever mode it finds, a request gets its weight once, and gives it back.
        assert!(model.request(0, 0));
        changes.into_iter().for_each(|change| change.join().unwrap());
        let is_off = shown.load(Relaxed) == Mode::Off as u64;
        model.gate.turn(Some(room(16 * WEIGHT)), 2);
        // In mode off all stripes are closed, so that each request looks at the mode.
        assert_eq!(model.gate.standing().is_pressed, is_off, "what is shown is the mode");
        model.check();
    });
}

#[test]
fn requests_of_a_slow_start_give_back_what_they_weigh_then() {
    check(3, || {
        let model = Model::new(1, 4 * WEIGHT, Mode::Enforce);
        let start = model.gate.start(4 * WEIGHT);
        let mut demand = Model::demand(0);
        demand.entry.start = Some(start);
        let (first, wakers) = model.gate.decide(&demand);
        wakers.wake();
        let Decision::Admitted(Some(first)) = first else { panic!("{first:?}") };
        let others: Vec<_> = (0..2)
            .map(|_| {
                let model = model.clone();
                spawn(move || {
                    let (decision, wakers) = model.gate.decide(&demand);
                    wakers.wake();
                    match decision {
                        Decision::Admitted(Some(runner)) => {
                            model.gate.end(Guess::Start(runner), 1).wake();
                        }
                        Decision::Admitted(None) => panic!("it has a place in the start"),
                        // Its client is gone. It may have been granted its weight meanwhile.
                        Decision::Waiting(ticket) => model.gate.leave(ticket, 1),
                        Decision::Refused(reason) => panic!("{reason:?}"),
                    }
                })
            })
            .collect();
        // Another round begins, in which requests weigh less.
        model.gate.next_round(start, 1);
        model.gate.reweigh(start, (WEIGHT, 2 * WEIGHT), 1).wake();
        model.gate.end(Guess::Start(first), 1).wake();
        others.into_iter().for_each(|other| other.join().unwrap());
        assert_eq!(model.gate.started(start), (WEIGHT, 0));
        model.check();
    });
}
