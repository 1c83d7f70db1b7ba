//! Threads open and end scopes while others trim the pool. A trim must not touch memory of an open
//! scope, and no arena may be lost. `bash .ci/sanitize thread|address|valgrind trimmed` runs the
//! test under each sanitizer.

#![allow(missing_docs, reason = "a test")]

use core::cell::Cell;
use core::time::Duration;
use std::sync::Barrier;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::Relaxed};

use request_arena_core::{RequestScope, Site, maintain, report, scope, trim};

static SITE: Site = Site::new("trimmed", module_path!(), file!(), line!());
static LAST: Site = Site::new("at a thread's end", module_path!(), file!(), line!());

const WORKERS: u64 = 3;
const THREADS: u64 = 8;

fn rounds() -> u64 {
    match std::env::var("REQUEST_ARENA_STRESS_ROUNDS") {
        Ok(rounds) => rounds.parse().expect("a number"),
        Err(_) => 6_000,
    }
}

/// Runs a scope with an inner scope and a fork, and checks the bytes that it wrote.
fn serve(seed: u64) {
    let bytes = [40, 700, 3000, 9000][seed as usize % 4];
    scope(&SITE, |arena| {
        let outer = arena.alloc_slice_fill_copy(bytes, seed as u8);
        let fork = arena.fork();
        let beside = fork.alloc_slice_fill_copy(bytes, !seed as u8);
        scope(&SITE, |arena| {
            let inner = arena.alloc_slice_fill_copy(bytes / 2, seed as u8 ^ 0x55);
            assert!(inner.iter().all(|&byte| byte == seed as u8 ^ 0x55));
        });
        assert!(outer.iter().all(|&byte| byte == seed as u8));
        assert!(beside.iter().all(|&byte| byte == !seed as u8));
    });
}

/// Pauses between two trims. Without a pause they would keep the other threads from the
/// process-wide locks.
fn rest() {
    std::thread::sleep(Duration::from_millis(1));
}

/// Opens a scope when its thread ends. The thread's part of the pool may already be gone.
struct AtTheEnd(Cell<u64>);

impl Drop for AtTheEnd {
    fn drop(&mut self) {
        let seed = self.0.get();
        scope(&LAST, |arena| assert_eq!(*arena.alloc(seed), seed));
    }
}

thread_local! {
    static BEFORE: AtTheEnd = const { AtTheEnd(Cell::new(0)) };
    static AFTER: AtTheEnd = const { AtTheEnd(Cell::new(0)) };
}

#[test]
fn trims_take_nothing_from_scopes_and_lose_no_arena() {
    let per_thread = rounds() / THREADS;
    let (begin, over, trimmed) =
        (Barrier::new(WORKERS as usize + 2), AtomicBool::new(false), AtomicU64::new(0));
    std::thread::scope(|threads| {
        let worker = |worker: u64| {
            let begin = &begin;
            threads.spawn(move || {
                begin.wait();
                for thread in 0..THREADS {
                    // Simulates threads that start and end, each with its own places.
                    let work = move || {
                        // Destructors run in the order of their first use, or in reverse. This
                        // covers both orders.
                        BEFORE.with(|last| last.0.set(worker));
                        (0..per_thread).for_each(|round| serve(worker + thread + round));
                        AFTER.with(|last| last.0.set(thread));
                    };
                    std::thread::spawn(work).join().expect("no panic");
                }
            })
        };
        let workers: Vec<_> = (0..WORKERS).map(worker).collect();
        // A thread with a scope that is open all the time. No trim may reach that scope's arena.
        threads.spawn(|| {
            let mut owner = RequestScope::enter(&SITE);
            let text = owner.arena().alloc_str("kept").to_owned();
            begin.wait();
            while !over.load(Relaxed) {
                trimmed.fetch_add(trim() as u64, Relaxed);
                maintain();
                rest();
            }
            assert_eq!(text, "kept");
        });
        threads.spawn(|| {
            begin.wait();
            while !over.load(Relaxed) {
                trimmed.fetch_add(trim() as u64, Relaxed);
                rest();
            }
        });
        let ends: Vec<_> = workers.into_iter().map(std::thread::ScopedJoinHandle::join).collect();
        over.store(true, Relaxed);
        assert!(ends.iter().all(Result::is_ok));
    });
    assert!(trimmed.load(Relaxed) > 0, "some trims found something");
    trim();
    let report = report();
    let scopes = WORKERS * THREADS * per_thread;
    let site = report.site(SITE.name()).expect("it ran");
    assert_eq!((site.resets, site.live_scopes), (2 * scopes + 1, 0));
    assert_eq!(report.site(LAST.name()).expect("it ran").resets, 2 * WORKERS * THREADS);
    assert_eq!(report.pool.retained_arenas, 0, "{:?}", report.pool);
}
