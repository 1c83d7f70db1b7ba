//! Live heap by handler, from the samples of jemalloc. Each test is a process of its own, since
//! profiling is turned on at the start of a process.
#![cfg(feature = "jemalloc-profiling")]

use std::hint::black_box;
use std::thread;
use std::time::Duration;

use request_arena_core::heap::{HeapOwner, live};
use request_arena_core::{Site, scope};
use request_arena_memory::jemalloc;
use request_arena_memory::jemalloc::profiling;

use self::child::{child, is_child, variables};

mod child;

#[global_allocator]
static JEMALLOC: jemalloc::Jemalloc = jemalloc::Jemalloc;

static LOG_IN: Site = Site::new("log_in", module_path!(), file!(), line!());
static SEARCH: Site = Site::new("search", module_path!(), file!(), line!());

/// Runs the test of this name in a child with these options. Returns `true` in the child.
fn in_child(test: &str, options: &str) -> bool {
    if !is_child() {
        child(test, &[(variables().0, options)]);
    }
    is_child()
}

/// The bytes of the handler and their standard error.
fn live_of(owner: HeapOwner) -> (u64, u64) {
    let heap = live::by_handler().expect("jemalloc samples");
    assert_eq!(heap.lost_samples, 0);
    let live = heap.of(owner);
    (live.bytes, live.error_bytes)
}

#[track_caller]
fn assert_about(owner: HeapOwner, expected: u64) {
    let (bytes, error) = live_of(owner);
    assert!(bytes.abs_diff(expected) <= 6 * error, "{bytes} ± {error}, not {expected}");
    assert!(error < expected / 10, "{bytes} ± {error} says nothing");
}

#[test]
fn without_profiling_there_is_nothing_and_the_error_says_why() {
    if in_child("without_profiling_there_is_nothing_and_the_error_says_why", "prof:false") {
        assert_eq!(live::by_handler(), None);
        let error = jemalloc::start_live_heap().unwrap_err().to_string();
        assert!(error.contains("`prof:true`"), "{error}");
    }
}

#[test]
fn samples_of_jemalloc_have_the_scope_that_allocated() {
    const NAME: &str = "samples_of_jemalloc_have_the_scope_that_allocated";
    if !in_child(NAME, "prof:true,lg_prof_sample:14") {
        return;
    }
    jemalloc::start();
    assert_eq!(live::by_handler().unwrap().interval_bytes, 1 << 14);
    let handler = HeapOwner::Handler(&LOG_IN);
    let mut sessions: Vec<Box<[u8; 112]>> =
        scope(&LOG_IN, |_| (0..100_000).map(|_| Box::new([1; 112])).collect());
    let table = 100_000 * 8;
    assert_about(handler, 100_000 * 112 + table);
    let outside: Vec<u8> = black_box(vec![1; 30 << 20]);
    assert_about(handler, 100_000 * 112 + table);
    assert!(live_of(HeapOwner::Outside).0 >= 30 << 20);
    // Freed on another thread, while that one allocates.
    sessions = thread::spawn(move || {
        sessions.truncate(30_000);
        sessions
    })
    .join()
    .unwrap();
    assert_about(handler, 30_000 * 112 + table);
    // A sample that moves is one allocation still.
    sessions.shrink_to_fit();
    drop(outside);
    drop(sessions);
    assert_eq!(live_of(handler).0, 0);
}

#[test]
fn chunks_of_arenas_are_a_row_of_their_own() {
    if !in_child("chunks_of_arenas_are_a_row_of_their_own", "prof:true,lg_prof_sample:19") {
        return;
    }
    jemalloc::start();
    scope(&LOG_IN, |arena| {
        black_box(arena.alloc_slice_fill_copy(30 << 20, 1_u8));
        assert_eq!(live_of(HeapOwner::Handler(&LOG_IN)).0, 0);
        assert!(live_of(HeapOwner::Arenas).0 >= 30 << 20);
    });
}

#[test]
fn threads_allocate_and_free_while_the_figures_are_read() {
    const NAME: &str = "threads_allocate_and_free_while_the_figures_are_read";
    if !in_child(NAME, "prof:true,lg_prof_sample:12") {
        return;
    }
    jemalloc::start();
    thread::scope(|threads| {
        for _ in 0..4 {
            threads.spawn(|| {
                for round in 0..2000 {
                    drop(scope(&LOG_IN, |_| vec![vec![1_u8; 3000]; round % 40]));
                }
            });
        }
        for _ in 0..50 {
            assert!(live::by_handler().unwrap().lost_samples == 0);
        }
    });
    assert_eq!(live_of(HeapOwner::Handler(&LOG_IN)).0, 0);
}

/// jemalloc reports the free of the old size after the sample of the new one, at one address. Of
/// threads that move buffers, one gets the place of another before the free is reported.
#[test]
fn a_buffer_that_grows_belongs_to_the_scope_that_made_it_grow_last() {
    const NAME: &str = "a_buffer_that_grows_belongs_to_the_scope_that_made_it_grow_last";
    if !in_child(NAME, "prof:true,lg_prof_sample:10") {
        return;
    }
    jemalloc::start();
    // All sizes are size classes, so the figures have exactly these bytes.
    const CLASSES: [usize; 9] = [64, 80, 96, 112, 128, 160, 192, 224, 256];
    let grow = |buffers: &mut Vec<Vec<u8>>, kib: usize| {
        for buffer in buffers {
            buffer.reserve_exact(kib << 10);
        }
    };
    thread::scope(|threads| {
        for own in 0..4 {
            threads.spawn(move || {
                for round in 0..60 {
                    let mut buffers = vec![Vec::new(); 20];
                    for kib in &CLASSES[..1 + (own + round) % CLASSES.len()] {
                        scope(&LOG_IN, |_| grow(&mut buffers, *kib));
                        // Places of samples come free, also before those of the others.
                        if round % 2 == 0 {
                            buffers.truncate(10);
                        }
                    }
                }
            });
        }
    });
    assert_eq!(live_of(HeapOwner::Handler(&LOG_IN)).0, 0);
    let mut buffers = vec![Vec::new(); 300];
    for (place, kib) in CLASSES.into_iter().enumerate() {
        let site = if place % 2 == 0 { &LOG_IN } else { &SEARCH };
        scope(site, |_| grow(&mut buffers, kib));
        let live = [&LOG_IN, &SEARCH].map(|site| live_of(HeapOwner::Handler(site)).0);
        let bytes = buffers.iter().map(|buffer| buffer.capacity() as u64).sum::<u64>();
        assert_eq!(bytes, 300 * (kib << 10) as u64);
        assert_eq!(live, if place % 2 == 0 { [bytes, 0] } else { [0, bytes] }, "{kib} KiB");
    }
}

/// A program may declare the allocator itself, and never call `start`.
#[test]
fn activating_begins_it_also_where_jemalloc_samples_by_its_options() {
    const NAME: &str = "activating_begins_it_also_where_jemalloc_samples_by_its_options";
    if !in_child(NAME, "prof:true,lg_prof_sample:14") {
        return;
    }
    assert_eq!(live::by_handler(), None);
    let on = profiling::activate(Duration::from_secs(60)).unwrap();
    assert_eq!(on, profiling::State::Active { left: None });
    let session = black_box(scope(&LOG_IN, |_| vec![1_u8; 10 << 20]));
    assert_eq!(live_of(HeapOwner::Handler(&LOG_IN)).0, 10 << 20, "the scope is noted");
    drop(session);
}

#[test]
fn figures_say_whether_sampling_is_off() {
    if !in_child("figures_say_whether_sampling_is_off", "prof:true,prof_active:false") {
        return;
    }
    let pauses = || live::by_handler().map(|heap| (heap.is_paused, heap.pauses));
    jemalloc::start_live_heap().unwrap();
    assert_eq!(pauses(), Some((true, 1)));
    profiling::activate(Duration::from_secs(60)).unwrap();
    assert_eq!(pauses(), Some((false, 1)));
    profiling::deactivate().unwrap();
    profiling::deactivate().unwrap();
    assert_eq!(pauses(), Some((true, 2)));
    profiling::activate(Duration::from_millis(1)).unwrap();
    while profiling::state() != profiling::State::Ready {
        thread::sleep(Duration::from_millis(1));
    }
    assert_eq!(pauses(), Some((true, 3)));
}
