//! Models of an owner that uses its value without a lock, and of callers that reach it. They never
//! use the value at the same time, and every call is answered.

use loom::sync::Arc;
use loom::sync::atomic::{AtomicU64, Ordering::Relaxed};
use loom::thread::{JoinHandle, spawn};

use crate::claim::{Answer, Claimable, Owned, Reach};
use crate::sync::{Mutex, REFUSED, WITH_HEAVY, WITH_LIGHT};

/// The owner's count. A call takes it away.
struct Counted {
    count: u64,
    taken: Arc<AtomicU64>,
}

struct Taken(u64, Arc<AtomicU64>);

impl Drop for Taken {
    fn drop(&mut self) {
        self.1.fetch_add(self.0, Relaxed);
    }
}

impl Answer for Counted {
    type Given = Taken;

    fn answer(&mut self, _: u64) -> Taken {
        Taken(core::mem::take(&mut self.count), Arc::clone(&self.taken))
    }
}

struct Shell(Claimable<Counted>);

// SAFETY: one thread of each model is the owner. The main thread becomes the owner after that
// thread was joined.
unsafe impl Send for Shell {}
// SAFETY: as above.
unsafe impl Sync for Shell {}

impl Owned for Shell {
    type Value = Counted;

    fn claimable(&self) -> &Claimable<Counted> {
        &self.0
    }
}

#[derive(Clone)]
struct Model {
    shell: Arc<Shell>,
    reach: Arc<Reach<Arc<Shell>>>,
    taken: Arc<AtomicU64>,
}

impl Model {
    fn new() -> Self {
        let taken = Arc::new(AtomicU64::new(0));
        let counted = Counted { count: 0, taken: Arc::clone(&taken) };
        let shell = Arc::new(Shell(Claimable::new(counted)));
        let reach = Arc::new(Reach(Mutex::new(Vec::new())));
        reach.join(Arc::clone(&shell));
        Self { shell, reach, taken }
    }

    fn use_once(&self) {
        let mut mine = self.shell.0.try_borrow_mut().expect("no other owner");
        mine.count += 1;
    }

    fn owner(&self, times: u64) -> JoinHandle<()> {
        let model = self.clone();
        spawn(move || (0..times).for_each(|_| model.use_once()))
    }

    fn caller(&self) -> JoinHandle<()> {
        let model = self.clone();
        spawn(move || drop(model.reach.call(1)))
    }

    /// The owner's count, and the sum that calls have taken.
    fn counts(&self) -> (u64, u64) {
        // The order matters: this use of the value answers a pending call.
        let left = self.shell.0.try_borrow_mut().expect("no other owner").count;
        (left, self.taken.load(Relaxed))
    }
}

fn check(preemptions: usize, model: fn()) {
    let mut builder = loom::model::Builder::new();
    builder.preemption_bound = Some(preemptions);
    builder.check(model);
}

fn owner_and_caller() {
    let model = Model::new();
    let owner = model.owner(2);
    drop(model.reach.call(1));
    owner.join().unwrap();
    let (left, taken) = model.counts();
    assert_eq!(left + taken, 2);
}

#[test]
fn an_owner_and_a_caller_are_never_at_it_together() {
    check(4, owner_and_caller);
}

#[test]
#[should_panic(expected = "Causality violation")]
fn without_the_owners_fence_they_would_be() {
    WITH_LIGHT.set(false);
    check(4, owner_and_caller);
}

#[test]
#[should_panic(expected = "Causality violation")]
fn without_the_callers_fence_they_would_be() {
    WITH_HEAVY.set(false);
    check(4, owner_and_caller);
}

#[test]
fn two_callers_take_turns() {
    check(3, || {
        let model = Model::new();
        let (owner, caller) = (model.owner(2), model.caller());
        drop(model.reach.call(2));
        owner.join().unwrap();
        caller.join().unwrap();
        let (left, taken) = model.counts();
        assert_eq!(left + taken, 2);
    });
}

/// The owner uses its value before a call and during a call, and reads it afterwards.
fn a_call_beside_a_use() {
    check(4, || {
        let model = Model::new();
        model.use_once();
        let owner = model.owner(1);
        drop(model.reach.call(1));
        owner.join().unwrap();
        // The read by the main thread is the owner's next use.
        let (left, taken) = model.counts();
        assert!(left <= 1 && taken >= 1 && left + taken == 2, "{left} left, {taken} taken");
    });
}

#[test]
fn what_was_there_before_a_call_is_taken_at_once_or_by_the_owners_next_use() {
    a_call_beside_a_use();
}

#[test]
fn an_idle_owner_needs_do_nothing() {
    check(4, || {
        let model = Model::new();
        let owner = model.owner(1);
        owner.join().unwrap();
        drop(model.reach.call(1));
        assert_eq!(model.taken.load(Relaxed), 1);
    });
}

#[test]
fn where_there_is_no_fence_the_owner_answers() {
    REFUSED.set(true);
    a_call_beside_a_use();
}

#[test]
fn an_owner_that_left_is_called_no_more() {
    check(4, || {
        let model = Model::new();
        let caller = model.caller();
        model.use_once();
        model.reach.leave(&model.shell);
        let mut mine = model.shell.0.try_borrow_mut().expect("no other owner");
        let own = core::mem::take(&mut mine.count);
        drop(mine);
        caller.join().unwrap();
        assert_eq!(own + model.taken.load(Relaxed), 1);
    });
}
