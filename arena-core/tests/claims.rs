//! Owners and callers on real threads, for hours if `REQUEST_ARENA_STRESS_ROUNDS` says so, and
//! under what looks at each access:
//!
//! ```sh
//! TSAN_OPTIONS="suppressions=$PWD/arena-core/tests/claims.tsan" \
//! RUSTFLAGS="-Zsanitizer=thread -Cunsafe-allow-abi-mismatch=sanitizer" \
//!     cargo +nightly test -p request-arena-core --test claims --target x86_64-unknown-linux-gnu
//! RUSTFLAGS="-Zsanitizer=address -Cunsafe-allow-abi-mismatch=sanitizer" \
//!     cargo +nightly test -p request-arena-core --test claims --target x86_64-unknown-linux-gnu
//! REQUEST_ARENA_STRESS_ROUNDS=20000 \
//! CARGO_TARGET_X86_64_UNKNOWN_LINUX_GNU_RUNNER="valgrind --fair-sched=yes --error-exitcode=1" \
//!     cargo test -p request-arena-core --test claims
//! ```
//!
//! The commands for AddressSanitizer and valgrind run `--test trimmed` too, the whole pool. For that
//! ThreadSanitizer needs a standard library that is built with it (`-Zbuild-std`).
//!
//! The file is the crate's own, over a lock that ThreadSanitizer sees: it does not look into the
//! standard library's. ThreadSanitizer does not know `membarrier`, and needs not: it follows what
//! each load reads from, and both sides release what the other one acquires. That no load reads too
//! old a value is what the barrier is for. `loom` tries that (`tests/loom.rs`), and the processor
//! does here: without the barrier this test finds lost counts or a corrupted heap within a second
//! (release build, 3,000,000 rounds).

#![allow(missing_docs, dead_code, unreachable_pub, reason = "the test uses a part of the file")]

#[path = "../src/barrier.rs"]
mod barrier;
#[path = "../src/claim.rs"]
mod claim;

mod sync {
    use core::hint::spin_loop;
    use std::sync::atomic::Ordering::{Acquire, Relaxed, Release};
    pub(crate) use std::sync::atomic::{AtomicBool, AtomicU64};

    pub(crate) use crate::barrier::{heavy_fence, light_fence};

    /// A lock that waits in a loop, with no part in the standard library's.
    pub(crate) struct Mutex<T> {
        locked: AtomicBool,
        value: core::cell::UnsafeCell<T>,
    }

    // SAFETY: one thread at a time has the guard.
    unsafe impl<T: Send> Sync for Mutex<T> {}

    pub(crate) struct Guard<'m, T>(&'m Mutex<T>);

    pub(crate) struct Poisoned<G>(G);

    impl<G> Poisoned<G> {
        pub(crate) fn into_inner(self) -> G {
            self.0
        }
    }

    impl<T> Mutex<T> {
        pub(crate) const fn new(value: T) -> Self {
            Self { locked: AtomicBool::new(false), value: core::cell::UnsafeCell::new(value) }
        }

        pub(crate) fn lock(&self) -> Result<Guard<'_, T>, Poisoned<Guard<'_, T>>> {
            while self.locked.compare_exchange_weak(false, true, Acquire, Relaxed).is_err() {
                spin_loop();
                std::thread::yield_now();
            }
            Ok(Guard(self))
        }
    }

    impl<T> core::ops::Deref for Guard<'_, T> {
        type Target = T;

        fn deref(&self) -> &T {
            // SAFETY: the guard is the lock's one.
            unsafe { &*self.0.value.get() }
        }
    }

    impl<T> core::ops::DerefMut for Guard<'_, T> {
        fn deref_mut(&mut self) -> &mut T {
            // SAFETY: the guard is the lock's one.
            unsafe { &mut *self.0.value.get() }
        }
    }

    impl<T> Drop for Guard<'_, T> {
        fn drop(&mut self) {
            self.0.locked.store(false, Release);
        }
    }

    /// # Safety
    ///
    /// Only this thread writes the flag.
    #[inline(always)]
    pub(crate) unsafe fn own_load(flag: &AtomicBool) -> bool {
        // SAFETY: the caller's word.
        unsafe { *flag.as_ptr() }
    }

    pub(crate) struct UnsafeCell<T>(core::cell::UnsafeCell<T>);

    impl<T> UnsafeCell<T> {
        pub(crate) const fn new(value: T) -> Self {
            Self(core::cell::UnsafeCell::new(value))
        }

        #[inline(always)]
        pub(crate) fn get_mut(&self) -> MutPtr<T> {
            MutPtr(self.0.get())
        }
    }

    pub(crate) struct MutPtr<T>(*mut T);

    impl<T> MutPtr<T> {
        /// # Safety
        ///
        /// Nothing else has a reference to the value meanwhile.
        #[inline(always)]
        #[allow(clippy::mut_from_ref, reason = "the signature is loom's")]
        pub(crate) unsafe fn deref(&self) -> &mut T {
            // SAFETY: the caller's word.
            unsafe { &mut *self.0 }
        }
    }
}

use std::sync::Barrier;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::Relaxed};

use claim::{Answer, Claimable, Owned, Reach};
use sync::Mutex;

const OWNERS: usize = 3;
const CALLERS: usize = 2;

/// Boxes come and go, so that one that two threads have shows as a double free too.
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

/// Lines of the cache that all write. A write that waits for one keeps the owner's mark from the callers meanwhile.
static CONTENDED: [Line; 4] = [const { Line(AtomicU64::new(0)) }; 4];

#[repr(align(128))]
struct Line(AtomicU64);

fn contend(round: u64) {
    CONTENDED[round as usize % CONTENDED.len()].0.store(round, Relaxed);
}

static TAKEN: AtomicU64 = AtomicU64::new(0);

struct Shell(Claimable<Counted>);

// SAFETY: each is used by the one thread that made it, until the thread leaves the list.
unsafe impl Sync for Shell {}

impl Owned for Shell {
    type Value = Counted;

    fn claimable(&self) -> &Claimable<Counted> {
        &self.0
    }
}

static REACH: Reach<&'static Shell> = Reach(Mutex::new(Vec::new()));
/// Shells are never freed. Here AddressSanitizer finds them.
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
            // Threads come and go.
            for _ in 0..4 {
                let counted = Counted { count: None, twin: 0 };
                let shell: &'static Shell = Box::leak(Box::new(Shell(Claimable::new(counted))));
                if let Ok(mut all) = ALL.lock() {
                    all.push(shell);
                }
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
