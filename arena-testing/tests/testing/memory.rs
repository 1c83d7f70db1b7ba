//! The memory after twice as many requests: steady, or leaking in each of the ways in which
//! services leak.

use core::mem::forget;
use std::collections::HashMap;
use std::hint::black_box;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::sync::{Arc, Mutex};
use std::thread;

use bumpalo::Bump;
use request_arena_core::{RequestScope, Site, scope, scope_async};
use request_arena_testing::{Source, requests};

use crate::{panic_of, runtime, serve, take, watch_heap};

static SITE: Site = Site::new("memory", "m", "src/memory.rs", 7);

fn request() {
    serve(&SITE, 3000);
    take(5000);
}

/// "memory grows by 64.0 bytes for each request": 64.0.
fn slope(message: &str) -> f64 {
    let rest = message.strip_prefix("memory grows by ").unwrap_or_else(|| panic!("{message}"));
    rest.split_once(" bytes for each request\n").unwrap().0.parse().unwrap()
}

#[test]
fn requests_that_keep_nothing_pass() {
    let _watch = watch_heap();
    let steady = requests(2000).on_this_thread().leave_no_memory(request);
    assert_eq!(
        (steady.source, steady.readings.len(), steady.readings[1].0),
        (Source::Thread, 2, 4000),
        "{steady:?}"
    );
    assert!(steady.unseen_per_request() < 4.0, "{steady:?}");
    assert_eq!(steady.unseen_per_request(), steady.tolerance_bytes as f64 / 2000.0);
    let steady =
        runtime().block_on(requests(2000).on_this_thread().leave_no_memory_async(async || {
            scope_async(&SITE, async |arena| {
                tokio::task::yield_now().await;
                arena.alloc_slice_fill_copy(3000, 1_u8).len()
            })
            .await;
        }));
    assert_eq!(steady.readings.len(), 2, "{steady:?}");
}

#[test]
fn a_box_that_is_leaked_is_told_by_its_size() {
    let _watch = watch_heap();
    let message = panic_of(|| {
        requests(1000).on_this_thread().leave_no_memory(|| forget(black_box(Box::new([0_u8; 64]))))
    });
    // A list of all threads' may grow on this one at the same time.
    assert!((64.0..65.0).contains(&slope(&message)), "{message}");
    let (first, rest) =
        message.split_once(" bytes for each request\n").unwrap().1.split_once(": ").unwrap();
    assert_eq!(first, "  bytes allocated and not freed by this thread (jemalloc)");
    let readings: Vec<&str> =
        rest.split("; differences up to").next().unwrap().split(", ").collect();
    let read: Vec<i64> = readings
        .iter()
        .map(|reading| reading.split(' ').next().unwrap().parse().unwrap())
        .collect();
    for (pair, grown) in read.windows(2).zip([64_000, 128_000, 256_000]) {
        assert!((grown..grown + 4096).contains(&(pair[1] - pair[0])), "{message}");
    }
    assert!(
        readings[0].ends_with(" after 1000") && readings[3].ends_with(" after 8000"),
        "{message}"
    );
    assert!(
        message.ends_with(
            "\n  next: look for what keeps something of each request: a map or a list that only \
             grows, an arena in an `Arc` or a static, a forgotten guard or task. If it is a cache \
             that is not full yet, make more requests. If another thread frees what this one \
             allocates, remove `.on_this_thread()`"
        ),
        "{message}"
    );
}

#[test]
fn a_map_that_only_grows_is_a_leak_however_seldom_it_does() {
    let _watch = watch_heap();
    let mut seen = HashMap::new();
    let mut number = 0_u64;
    let message = panic_of(|| {
        requests(1000).on_this_thread().leave_no_memory(|| {
            request();
            number += 1;
            seen.insert(number, number);
        })
    });
    assert!((17.0..80.0).contains(&slope(&message)), "{message}");
}

#[test]
fn an_arena_in_an_arc_is_a_leak() {
    let _watch = watch_heap();
    let index = Arc::new(Mutex::new(Bump::new()));
    let message = panic_of(|| {
        requests(500).on_this_thread().leave_no_memory(|| {
            request();
            index.lock().unwrap().alloc([1_u8; 200]);
        })
    });
    assert!((150.0..800.0).contains(&slope(&message)), "{message}");
}

#[test]
fn a_forgotten_guard_is_a_leak() {
    let _watch = watch_heap();
    let message = panic_of(|| {
        requests(300).on_this_thread().leave_no_memory(|| {
            let mut owner = RequestScope::enter(&SITE);
            owner.arena().alloc_slice_fill_copy(3000, 1_u8);
            forget(owner);
        })
    });
    assert!(slope(&message) > 3000.0, "{message}");
}

#[test]
fn a_cache_that_fills_up_is_none() {
    let _watch = watch_heap();
    let mut cache: Vec<Box<[u8; 100]>> = Vec::new();
    let steady = requests(1000).on_this_thread().leave_no_memory(|| {
        request();
        if cache.len() < 1500 {
            cache.push(black_box(Box::new([0; 100])));
        }
    });
    assert_eq!(steady.readings.last().map(|&(made, _)| made), Some(4000), "{steady:?}");
}

#[test]
fn other_threads_that_allocate_at_the_same_time_do_not_matter_to_this_threads_memory() {
    let _watch = watch_heap();
    let is_over = AtomicBool::new(false);
    thread::scope(|threads| {
        threads.spawn(|| {
            let mut kept = Vec::new();
            while !is_over.load(Relaxed) {
                kept.push(vec![1_u8; 10_000]);
                if kept.len() > 5000 {
                    kept.clear();
                }
            }
        });
        let steady = requests(2000).on_this_thread().leave_no_memory(request);
        is_over.store(true, Relaxed);
        assert_eq!(steady.readings.len(), 2, "{steady:?}");
    });
}

#[test]
fn no_requests_prove_nothing() {
    assert_eq!(
        panic_of(|| requests(0).leave_no_memory(request)),
        "0 requests prove nothing: give a number, as in `testing::requests(1000)`"
    );
}

#[test]
fn arenas_of_other_threads_do_not_count() {
    static OTHER: Site = Site::new("other", "m", "src/other.rs", 7);
    let _watch = watch_heap();
    let (ask, asked) = std::sync::mpsc::channel::<()>();
    let (done, is_done) = std::sync::mpsc::channel();
    let other = thread::spawn(move || {
        for () in asked {
            serve(&OTHER, 40_000);
            done.send(()).unwrap();
        }
    });
    let message = panic_of(|| {
        requests(100).on_this_thread().leave_no_memory(|| {
            forget(black_box(vec![0_u8; 1000]));
            // The other thread keeps an arena at each reading.
            ask.send(()).unwrap();
            is_done.recv().unwrap();
        });
    });
    assert!((1024.0..1034.0).contains(&slope(&message)), "{message}");
    drop(ask);
    other.join().unwrap();
}

#[test]
fn awaited_requests_are_read_in_the_same_way() {
    let _watch = watch_heap();
    let message = panic_of(|| {
        runtime().block_on(requests(100).on_this_thread().leave_no_memory_async(async || {
            tokio::task::yield_now().await;
            forget(black_box(vec![0_u8; 1000]));
        }))
    });
    assert!((1024.0..1034.0).contains(&slope(&message)), "{message}");
    assert!(
        message.contains(
            "\n  asserted at \
        arena-testing/tests/testing/memory.rs:"
        ),
        "{message}"
    );
    scope(&SITE, |_| ());
}
