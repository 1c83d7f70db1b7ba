//! Live heap by handler: what the sampling global allocator finds equals what is allocated.
//!
//! The tests share one allocator, and each judges only the handlers that it alone opens.

use std::alloc::System;
use std::hint::black_box;
use std::panic::{catch_unwind, resume_unwind};
use std::pin::pin;
use std::task::{Context, Poll, Waker};
use std::thread;

// ThreadSanitizer does not see the standard library's locks.
use parking_lot::{Mutex, Once};
use request_arena_core::heap::{self, CountingAllocator, HeapOwner, live};
use request_arena_core::{Site, report, scope, scope_async};

#[global_allocator]
static ALLOCATOR: CountingAllocator<System> = CountingAllocator::new(System);

const INTERVAL: usize = 16 << 10;

fn start() {
    static STARTED: Once = Once::new();
    STARTED.call_once(|| {
        live::start(INTERVAL);
        assert!(heap::is_installed(), "scopes count, and samples have their handler");
    });
}

macro_rules! site {
    ($name:ident) => {
        static $name: Site = Site::new(stringify!($name), module_path!(), file!(), line!());
    };
}

/// The row of a handler, with 0 bytes if it has none.
fn live_of(site: &'static Site) -> (u64, u64) {
    let heap = live::by_handler().expect("it was started");
    assert_eq!((heap.interval_bytes, heap.lost_samples), (INTERVAL, 0));
    let live = heap.of(HeapOwner::Handler(site));
    (live.bytes, live.error_bytes)
}

/// Asserts that the estimate is within six standard errors.
#[track_caller]
fn assert_about(site: &'static Site, expected: usize) {
    let (bytes, error) = live_of(site);
    assert!(bytes.abs_diff(expected as u64) <= 6 * error, "{bytes} ± {error}, not {expected}");
    assert!(error < expected as u64 / 10, "{bytes} ± {error} says nothing");
}

#[test]
fn small_allocations_are_estimated_and_large_ones_are_exact() {
    site!(SMALL);
    site!(LARGE);
    start();
    let small = scope(&SMALL, |_| (0..200_000).map(|_| Box::new([1_u8; 100])).collect::<Vec<_>>());
    assert_about(&SMALL, 200_000 * 108);
    let large = scope(&LARGE, |_| vec![1_u8; 20 << 20]);
    assert_eq!(live_of(&LARGE), (20 << 20, 0));
    drop((black_box(small), black_box(large)));
    assert_eq!((live_of(&SMALL).0, live_of(&LARGE).0), (0, 0));
}

#[test]
fn memory_belongs_to_the_scope_that_allocated_it_until_any_thread_frees_it() {
    site!(HERE);
    start();
    static KEPT: Mutex<Vec<Vec<u8>>> = Mutex::new(Vec::new());
    scope(&HERE, |_| *KEPT.lock() = (0..100).map(|_| vec![1; 100_000]).collect());
    assert_about(&HERE, 100 * 100_000);
    thread::spawn(|| KEPT.lock().truncate(40)).join().unwrap();
    assert_about(&HERE, 40 * 100_000);
    KEPT.lock().clear();
    assert_eq!(live_of(&HERE).0, 0);
}

#[test]
fn a_nested_scope_has_its_own_memory_and_code_after_it_that_of_the_outer_one() {
    site!(OUTER);
    site!(INNER);
    start();
    let kept = scope(&OUTER, |_| {
        let first = vec![1_u8; 3 << 20];
        let second = scope(&INNER, |_| vec![1_u8; 5 << 20]);
        (first, second, vec![1_u8; 7 << 20])
    });
    assert_eq!((live_of(&OUTER), live_of(&INNER)), ((10 << 20, 0), (5 << 20, 0)));
    let outside = vec![1_u8; 9 << 20];
    assert_eq!((live_of(&OUTER).0, live_of(&INNER).0), (10 << 20, 5 << 20));
    drop((black_box(kept), black_box(outside)));
}

#[test]
fn polls_of_two_requests_that_take_turns_are_told_apart() {
    site!(FIRST);
    site!(SECOND);
    start();
    /// Pending once.
    async fn pause() {
        let mut is_first = true;
        std::future::poll_fn(move |_| match core::mem::take(&mut is_first) {
            true => Poll::Pending,
            false => Poll::Ready(()),
        })
        .await;
    }
    async fn request(bytes: usize) -> [Vec<u8>; 2] {
        let before = vec![1; bytes];
        pause().await;
        [before, vec![1; bytes]]
    }
    let mut first = pin!(scope_async(&FIRST, async |_| request(3 << 20).await));
    let mut second = pin!(scope_async(&SECOND, async |_| request(5 << 20).await));
    let mut context = Context::from_waker(Waker::noop());
    assert!(first.as_mut().poll(&mut context).is_pending());
    assert!(second.as_mut().poll(&mut context).is_pending());
    let outside = black_box(vec![1_u8; 11 << 20]);
    assert_eq!((live_of(&FIRST).0, live_of(&SECOND).0), (3 << 20, 5 << 20));
    let Poll::Ready(one) = first.as_mut().poll(&mut context) else { panic!("it is ready") };
    let Poll::Ready(two) = second.as_mut().poll(&mut context) else { panic!("it is ready") };
    assert_eq!((live_of(&FIRST).0, live_of(&SECOND).0), (6 << 20, 10 << 20));
    drop((one, two, outside));
}

#[test]
fn a_panic_in_a_poll_does_not_leave_its_scope_on_the_thread() {
    site!(PANICS);
    start();
    let polled = thread::spawn(|| {
        // Without the panic's hook, which would read the symbols of the program in this scope.
        let caught = catch_unwind(|| {
            let mut future = pin!(scope_async(&PANICS, async |_| resume_unwind(Box::new(()))));
            let _ = future.as_mut().poll(&mut Context::from_waker(Waker::noop()));
        });
        assert!(caught.is_err());
        vec![1_u8; 3 << 20]
    });
    let kept = polled.join().unwrap();
    assert_eq!(live_of(&PANICS).0, 0);
    drop(black_box(kept));
}

#[test]
fn chunks_of_arenas_are_not_memory_of_the_handler() {
    site!(ARENA);
    start();
    scope(&ARENA, |arena| {
        let slice = arena.alloc_slice_fill_copy(30 << 20, 1_u8);
        assert_eq!(live_of(&ARENA).0, 0);
        let heap = live::by_handler().unwrap();
        let arenas = heap.of(HeapOwner::Arenas);
        assert!(arenas.bytes >= 30 << 20, "{arenas:?}");
        black_box(slice);
    });
}

#[test]
fn zeroed_grown_and_shrunk_memory_keeps_its_bytes_and_its_row() {
    site!(GROWN);
    start();
    let check = |bytes: &[u8]| bytes.iter().enumerate().all(|(at, byte)| *byte == at as u8);
    let kept = scope(&GROWN, |_| {
        let mut kept = Vec::new();
        for round in 0..2000_usize {
            // Sizes around a page, around 64 KiB, and far beyond.
            let size = [40, 4000, 4096, 5000, 60_000, 65_535, 65_536, 70_000, 300_000][round % 9];
            assert!(vec![0_u8; size].iter().all(|byte| *byte == 0));
            let mut bytes: Vec<u8> = Vec::with_capacity(size);
            bytes.extend((0..size).map(|at| at as u8));
            bytes.reserve_exact(size / 3 + round % 50);
            assert!(check(&bytes), "grown");
            bytes.truncate(size / 2);
            bytes.shrink_to_fit();
            assert!(check(&bytes), "shrunk");
            kept.push(bytes);
        }
        kept.shrink_to_fit();
        kept
    });
    let bytes = kept.iter().map(Vec::capacity).sum::<usize>();
    assert_about(&GROWN, bytes + kept.capacity() * size_of::<Vec<u8>>());
    assert!(kept.iter().all(|bytes| check(bytes)));
}

#[test]
fn threads_that_allocate_and_free_each_others_memory_lose_no_sample() {
    site!(CROWD);
    start();
    const THREADS: usize = 4;
    let places: [Mutex<Vec<Box<[u8]>>>; THREADS] = Default::default();
    thread::scope(|threads| {
        for own in 0..THREADS {
            let places = &places;
            threads.spawn(move || {
                for round in 0..3000 {
                    let kept = scope(&CROWD, |_| vec![1_u8; 64 + round % 7000].into_boxed_slice());
                    places[own].lock().push(kept);
                    if round % 3 == 0 {
                        places[(own + round) % THREADS].lock().pop();
                    }
                }
            });
        }
    });
    let all = places.each_ref().map(|place| core::mem::take(&mut *place.lock()));
    let bytes = all.iter().flatten().map(|bytes| bytes.len()).sum::<usize>();
    assert_about(&CROWD, bytes);
    drop(all);
    assert_eq!(live_of(&CROWD).0, 0);
}

#[test]
fn the_report_has_the_live_heap_of_each_handler() {
    site!(REPORTED);
    start();
    let kept = black_box(scope(&REPORTED, |_| vec![1_u8; 13 << 20]));
    let report = report();
    let live = report.site("REPORTED").unwrap().live_heap.unwrap();
    assert_eq!((live.bytes, live.objects, live.error_bytes, live.samples), (13 << 20, 1, 0, 1));
    let others = report.live_heap.unwrap();
    assert_eq!((others.interval_bytes, others.lost_samples), (INTERVAL, 0));
    let text = report.to_string();
    let row = "\n  REPORTED: ~13631488 ± 0 bytes in ~1 objects";
    assert!(text.contains("live heap, from samples of one in 16384 bytes:"), "{text}");
    assert!(text.contains(row), "{text}");
    drop(kept);
}
