//! The process's memory after twice as many requests. One test, because the process is its figure:
//! nothing else runs meanwhile.
#![cfg(feature = "jemalloc")]

use std::hint::black_box;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::thread;

use request_arena_core::{Site, scope};
use request_arena_memory::use_jemalloc;
use request_arena_testing::{Source, requests};

static SITE: Site = Site::new("process", "m", "src/process.rs", 7);

fn request() {
    scope(&SITE, |arena| arena.alloc_slice_fill_copy(3000, black_box(1_u8)).len());
}

fn message(work: impl FnOnce()) -> String {
    let panic = catch_unwind(AssertUnwindSafe(work)).unwrap_err();
    *panic.downcast().expect("a text")
}

#[test]
fn the_memory_of_the_process_is_steady_or_leaks_on_whatever_thread() {
    use_jemalloc!();
    let steady = requests(2000).leave_no_memory(request);
    assert_eq!((steady.source, steady.readings.len()), (Source::Jemalloc, 2), "{steady:?}");

    // The requests are another thread's, as a server's are.
    let steady = requests(100).leave_no_memory(|| thread::spawn(request).join().unwrap());
    assert!(steady.readings.len() <= 3, "{steady:?}");

    let mut kept = Vec::new();
    let here = message(|| {
        requests(2000).leave_no_memory(|| {
            request();
            kept.push(black_box(Box::new([0_u8; 100])));
        });
    });
    assert!(here.starts_with("memory grows by 1"), "{here}");
    assert!(here.contains("\n  bytes live in the process (jemalloc): "), "{here}");
    assert!(here.contains("\n  of these, this thread allocated and did not free 1"), "{here}");
    assert!(here.contains("\n  next: look for what keeps something of each request"), "{here}");
    drop(kept);

    let there = message(|| {
        requests(500).leave_no_memory(|| {
            thread::spawn(|| core::mem::forget(black_box(vec![1_u8; 1000]))).join().unwrap();
        });
    });
    assert!(
        there.contains(
            "\n  next: other threads allocated most of it. If they run other tests, run this test \
             alone"
        ),
        "{there}"
    );
}
