//! A program with both samplers: jemalloc, which samples, within a `CountingAllocator`. One of them
//! has the figures. Each test is a process of its own.
#![cfg(all(feature = "jemalloc-profiling", target_os = "linux", target_env = "gnu"))]

use std::hint::black_box;

use request_arena_core::heap::{CountingAllocator, HeapOwner, live};
use request_arena_core::{Site, scope};
use request_arena_memory::jemalloc::{self, Jemalloc};

use self::child::{child, is_child, variables};

mod child;

#[global_allocator]
static ALLOCATOR: CountingAllocator<Jemalloc> = CountingAllocator::new(Jemalloc);

static LOG_IN: Site = Site::new("log_in", module_path!(), file!(), line!());

/// Runs the test of this name in a child in which jemalloc samples. Returns `true` in the child.
fn in_child(test: &str) -> bool {
    if !is_child() {
        child(test, &[(variables().0, "prof:true,lg_prof_sample:12")]);
    }
    is_child()
}

/// Allocates and frees memory of all kinds under the handler, and compares the figures.
fn check() {
    let handler = HeapOwner::Handler(&LOG_IN);
    for _ in 0..3 {
        let large = black_box(scope(&LOG_IN, |_| vec![1_u8; 5 << 20]));
        let live = live::by_handler().unwrap().of(handler);
        assert_eq!((live.bytes, live.objects), (5 << 20, 1), "it is counted once");
        // Samples of both begin at a page. Each is freed with the layout of its allocation.
        let small = scope(&LOG_IN, |_| {
            (1..20_000).map(|size| vec![1_u8; size % 5000 + 1]).collect::<Vec<_>>()
        });
        let bytes = small.iter().map(Vec::len).sum::<usize>() + small.len() * 24;
        drop(large);
        let live = live::by_handler().unwrap().of(handler);
        // Size classes are up to a quarter larger.
        let (least, most) = (bytes as u64 * 9 / 10, bytes as u64 * 14 / 10);
        assert!((least..most).contains(&live.bytes), "{live:?}, not {bytes}");
        drop(black_box(small));
        assert_eq!(live::by_handler().unwrap().of(handler).bytes, 0);
    }
}

#[test]
fn where_jemalloc_passes_its_samples_on_the_counting_allocator_takes_none() {
    if in_child("where_jemalloc_passes_its_samples_on_the_counting_allocator_takes_none") {
        jemalloc::start();
        assert_eq!(live::interval(), Some(4096));
        assert!(!live::start(1024));
        check();
        assert_eq!(live::interval(), Some(4096));
    }
}

#[test]
fn where_the_counting_allocator_samples_jemalloc_passes_none_on() {
    if in_child("where_the_counting_allocator_samples_jemalloc_passes_none_on") {
        assert!(live::start(1024));
        let error = jemalloc::start_live_heap().unwrap_err();
        assert_eq!(error, jemalloc::Error::OtherSampler);
        assert!(error.to_string().contains("`heap::live::start`"), "{error}");
        check();
    }
}
