//! jemalloc as the global allocator of this program: its figures follow the program's allocations.
#![cfg(feature = "jemalloc")]

use std::hint::black_box;
use std::sync::{Barrier, Mutex, MutexGuard, PoisonError};
use std::thread;

use request_arena_core::heap;
use request_arena_memory::jemalloc::{self, MAX_AGE, allocated_by_thread};
use request_arena_memory::use_jemalloc;

/// One test at a time, as some look at the whole process. The statement is here because a program
/// has one global allocator.
fn start() -> MutexGuard<'static, ()> {
    static ALONE: Mutex<()> = Mutex::new(());
    use_jemalloc!();
    ALONE.lock().unwrap_or_else(PoisonError::into_inner)
}

fn new_reading() -> jemalloc::Reading {
    thread::sleep(MAX_AGE);
    jemalloc::read().unwrap()
}

#[test]
fn background_thread_is_on_after_the_statement() {
    let _alone = start();
    let status = jemalloc::status().unwrap();
    assert!(status.global && status.background_thread, "{status:?}");
    assert!(!status.prefixed || cfg!(not(feature = "jemalloc-unprefixed")));
    assert_eq!((status.dirty_decay_ms, status.muzzy_decay_ms), (Some(10_000), Some(0)));
    assert_eq!(status.problems, [""; 0]);
    assert_eq!(jemalloc::start(), status);
    assert!(jemalloc::read().unwrap().background_thread);
}

#[test]
fn figures_grow_by_what_is_allocated() {
    const BYTES: usize = 32 << 20;
    let _alone = start();
    let before = new_reading();
    let taken = black_box(vec![1_u8; BYTES]);
    let after = new_reading();
    drop(taken);
    // The test harness allocates a little at the same time.
    let near = BYTES as u64 - (1 << 20)..BYTES as u64 + (1 << 20);
    for (figure, before, after) in [
        ("allocated", before.allocated_bytes, after.allocated_bytes),
        ("active", before.active_bytes, after.active_bytes),
    ] {
        assert!(near.contains(&(after - before)), "{figure}: {before} to {after}");
    }
    assert!(
        after.resident_bytes >= after.active_bytes && after.active_bytes >= after.allocated_bytes,
        "{after:?}"
    );
    assert!(after.mapped_bytes >= after.active_bytes && after.metadata_bytes > 0, "{after:?}");
    assert!((1.0..2.0).contains(&after.fragmentation().unwrap()), "{after:?}");
}

#[test]
fn freed_pages_are_dirty_or_given_back() {
    const BYTES: usize = 32 << 20;
    let _alone = start();
    let taken = black_box(vec![1_u8; BYTES]);
    let before = new_reading();
    drop(taken);
    let after = new_reading();
    let gone = before.active_bytes - after.active_bytes;
    assert!(gone > BYTES as u64 - (1 << 20), "{before:?} {after:?}");
    let idle = |reading: jemalloc::Reading| {
        reading.dirty_bytes + reading.muzzy_bytes + reading.retained_bytes
    };
    assert!(idle(after) + (1 << 20) >= idle(before) + gone, "{before:?} {after:?}");
}

#[test]
fn readings_in_quick_succession_are_one() {
    let _alone = start();
    // On a machine that stops this thread for long, one pair may be two readings.
    let same = (0..1000).any(|_| {
        let first = jemalloc::read();
        let taken = black_box(vec![1_u8; 1 << 20]);
        let second = jemalloc::read();
        drop(taken);
        first == second
    });
    assert!(same);
}

#[test]
fn hook_counts_a_known_allocation_exactly() {
    let _alone = start();
    assert!(heap::is_installed());
    for (bytes, class) in [(8, 8), (1000, 1024), (5000, 5120), (1 << 20, 1 << 20)] {
        let before = allocated_by_thread();
        let taken = black_box(Vec::<u8>::with_capacity(bytes));
        let grown = allocated_by_thread();
        drop(taken);
        assert_eq!(
            (grown - before, allocated_by_thread()),
            (class, grown),
            "{bytes} bytes; what is freed stays counted"
        );
    }
}

#[test]
fn hook_counts_nothing_of_another_thread() {
    let _alone = start();
    let (begin, end) = (Barrier::new(2), Barrier::new(2));
    thread::scope(|scope| {
        let other = scope.spawn(|| {
            begin.wait();
            let before = allocated_by_thread();
            drop(black_box(Vec::<u8>::with_capacity(1 << 20)));
            let counted = allocated_by_thread() - before;
            end.wait();
            counted
        });
        let before = allocated_by_thread();
        begin.wait();
        end.wait();
        assert_eq!(allocated_by_thread(), before);
        assert_eq!(other.join().unwrap(), 1 << 20);
    });
}

#[test]
fn hook_counts_while_a_thread_ends() {
    struct AtEnd;
    impl Drop for AtEnd {
        fn drop(&mut self) {
            let before = allocated_by_thread();
            drop(black_box(Vec::<u8>::with_capacity(1000)));
            // A panic in here aborts the tests.
            assert_eq!(allocated_by_thread() - before, 1024);
        }
    }
    thread_local!(static AT_END: AtEnd = const { AtEnd });
    let _alone = start();
    for warm in [true, false] {
        let ending = thread::spawn(move || {
            AT_END.with(|_| ());
            if warm {
                black_box(allocated_by_thread());
            }
        });
        ending.join().unwrap();
    }
}
