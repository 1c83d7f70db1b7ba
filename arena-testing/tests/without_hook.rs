//! With the system's allocator and no hook, assertions without figures fail, and the memory of the
//! process is its anonymous memory.
//!
//! In a build of all packages together, jemalloc may replace the allocator of the system. A watch
//! detects that by itself, and all figures are known.

use std::hint::black_box;
use std::panic::{AssertUnwindSafe, catch_unwind};

use request_arena_core::{Site, scope};
use request_arena_memory::jemalloc;
use request_arena_testing::{Source, requests, watch};

static SITE: Site = Site::new("plain", "m", "src/plain.rs", 7);

fn request() {
    scope(&SITE, |arena| arena.alloc_slice_fill_copy(3000, black_box(1_u8)).len());
}

fn message<R>(work: impl FnOnce() -> R) -> String {
    let Err(panic) = catch_unwind(AssertUnwindSafe(work)) else { panic!("there was no panic") };
    *panic.downcast().expect("a text")
}

fn is_jemalloc() -> bool {
    jemalloc::read().is_ok()
}

#[test]
fn heap_assertions_fail_and_say_what_to_do() {
    let watch = watch();
    request();
    watch.scope("plain").peak_used_at_most(3000);
    let expected = "heap allocations are not counted: the allocator has no hook\n  next: with \
        jemalloc, put `request_arena::use_jemalloc!()` in one place of the test file (feature \
        `jemalloc`), before the watch. With another allocator, pass its counter of the thread to \
        `request_arena::heap::install`";
    if is_jemalloc() {
        watch.scope("plain").no_heap();
        return;
    }
    assert_eq!(message(|| watch.scope("plain").no_heap()), expected);
    assert_eq!(message(|| watch.scope("plain").heap_at_most("1 GiB")), expected);
}

#[test]
fn the_memory_of_a_thread_is_not_known() {
    if is_jemalloc() {
        let steady = requests(10).on_this_thread().leave_no_memory(request);
        assert_eq!(steady.source, Source::Thread, "{steady:?}");
        return;
    }
    assert_eq!(
        message(|| requests(10).on_this_thread().leave_no_memory(request)),
        "only jemalloc counts the memory of a thread, and it is not the global allocator\n  next: \
         put `request_arena::use_jemalloc!()` in one place of the test file (feature `jemalloc`)"
    );
}

#[test]
#[cfg(target_os = "linux")]
fn the_memory_of_the_process_is_steady_or_grows() {
    let (source, read) = if is_jemalloc() {
        (Source::Jemalloc, "live in the process (jemalloc)")
    } else {
        (Source::Anonymous, "of anonymous memory in the process (RssAnon)")
    };
    let steady = requests(2000).leave_no_memory(request);
    assert_eq!(steady.source, source, "{steady:?}");
    let mut kept = Vec::new();
    let message = message(|| {
        requests(2000).leave_no_memory(|| {
            request();
            kept.push(black_box(vec![1_u8; 2000]));
        })
    });
    let slope: f64 = message
        .strip_prefix("memory grows by ")
        .unwrap()
        .split(' ')
        .next()
        .unwrap()
        .parse()
        .unwrap();
    assert!((1900.0..3000.0).contains(&slope), "{message}");
    assert!(message.contains(&format!("\n  bytes {read}: ")), "{message}");
}
