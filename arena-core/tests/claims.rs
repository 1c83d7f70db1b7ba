//! Owners and callers on real threads, for hours with a large `REQUEST_ARENA_STRESS_ROUNDS`. The
//! sanitizers check each memory access:
//!
//! ```sh
//! bash .ci/sanitize thread claims
//! bash .ci/sanitize address claims
//! bash .ci/sanitize valgrind claims
//! ```
//!
//! The test compiles the crate's own file. ThreadSanitizer does not know `membarrier` and does not
//! need it. It tracks the value that each load reads, and both sides release what the other side
//! acquires.
//!
//! The barrier ensures that no load reads a value that is too old. `loom` checks that in
//! `tests/loom.rs`, and here the real processor does. Without the barrier, this test finds lost
//! counts or a corrupted heap within a second (release build, 3,000,000 rounds).

#![allow(
    missing_docs,
    dead_code,
    unused_imports,
    unreachable_pub,
    reason = "the test uses a part of the files"
)]

#[path = "../src/sync/mod.rs"]
mod sync;

use std::sync::Barrier;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::Relaxed};

use sync::Mutex;
use sync::claim::{Answer, Claimable, Owned, Reach};

const OWNERS: usize = 3;
const CALLERS: usize = 2;

/// A count in a box, so that two threads with the same box also cause a double free.
struct Counted {
    count: Option<Box<u64>>,
    twin: u64,
}

impl Counted {
    fn take(&mut self) -> u64 {
        let count = self.count.take().map_or(0, |count| *count);
        assert_eq!(count, core::mem::take(&mut self.twin), "written by one thread at a time");
        count
    }
}

impl Answer for Counted {
    type Given = u64;

    fn answer(&mut self, _: u64) -> u64 {
        let taken = self.take();
        TAKEN.fetch_add(taken, Relaxed);
        taken
    }
}

/// Cache lines that all threads write. A write that waits for one of them also delays the owner's
/// busy mark.
static CONTENDED: [Line; 4] = [const { Line(AtomicU64::new(0)) }; 4];

#[repr(align(128))]
struct Line(AtomicU64);

fn contend(round: u64) {
    CONTENDED[round as usize % CONTENDED.len()].0.store(round, Relaxed);
}

static TAKEN: AtomicU64 = AtomicU64::new(0);

struct Shell(Claimable<Counted>);

// SAFETY: only the thread that made a shell uses it, until that thread leaves the list.
unsafe impl Sync for Shell {}

impl Owned for Shell {
    type Value = Counted;

    fn claimable(&self) -> &Claimable<Counted> {
        &self.0
    }
}

static REACH: Reach<&'static Shell> = Reach(Mutex::new(Vec::new()));
/// All shells. They are never freed, and this list keeps them reachable for AddressSanitizer.
static ALL: Mutex<Vec<&'static Shell>> = Mutex::new(Vec::new());

#[test]
fn nothing_is_lost_or_taken_twice() {
    let rounds = match std::env::var("REQUEST_ARENA_STRESS_ROUNDS") {
        Ok(rounds) => rounds.parse().expect("a number"),
        Err(_) => 200_000,
    };
    let (begin, over) = (Barrier::new(OWNERS + CALLERS), AtomicBool::new(false));
    let left = std::thread::scope(|threads| {
        let owner = || {
            begin.wait();
            let mut left = 0;
            // Simulates threads that start and end.
            for _ in 0..4 {
                let counted = Counted { count: None, twin: 0 };
                let shell: &'static Shell = Box::leak(Box::new(Shell(Claimable::new(counted))));
                sync::lock(&ALL).push(shell);
                REACH.join(shell);
                for round in 0..rounds / 4 {
                    contend(round);
                    let mut mine = shell.0.try_borrow_mut().expect("one owner");
                    let count = mine.count.take().map_or(0, |count| *count);
                    mine.count = Some(Box::new(count + 1));
                    mine.twin += 1;
                }
                REACH.leave(shell);
                left += shell.0.try_borrow_mut().expect("one owner").take();
            }
            left
        };
        let caller = || {
            begin.wait();
            while !over.load(Relaxed) {
                (0..4).for_each(contend);
                drop(REACH.call(1));
            }
        };
        let owners: Vec<_> = (0..OWNERS).map(|_| threads.spawn(owner)).collect();
        (0..CALLERS).for_each(|_| _ = threads.spawn(caller));
        let left: Vec<_> = owners.into_iter().map(std::thread::ScopedJoinHandle::join).collect();
        over.store(true, Relaxed);
        left.into_iter().map(|left| left.expect("no panic")).sum::<u64>()
    });
    let taken = TAKEN.load(Relaxed);
    assert_eq!(left + taken, OWNERS as u64 * (rounds / 4 * 4));
    assert!(taken > 0, "some calls found something");
}
