//! The operator's words in the environment: kept, or warned about. Each is tried on a process of
//! its own, this program's child.
#![cfg(feature = "jemalloc")]

use std::hint::black_box;
use std::thread;
use std::time::{Duration, Instant};

use request_arena_memory::{jemalloc, use_jemalloc};

use self::child::{child, is_child, variables};

mod child;

/// What the child says when it has started jemalloc under these variables.
fn started_with(variables: &[(&str, &str)]) -> String {
    child("says_its_status", variables)
}

/// The statement is here because a program has one global allocator.
fn start() {
    use_jemalloc!();
}

#[test]
fn says_its_status() {
    start();
    let status = jemalloc::status().unwrap();
    println!("{status:?}");
    assert!(status.global);
}

#[test]
fn nothing_is_warned_about_without_variables() {
    let said = started_with(&[]);
    assert!(said.contains("background_thread: true") && said.contains("problems: []"), "{said}");
    assert!(!said.contains("warning"), "{said}");
}

#[test]
fn a_background_thread_turned_off_stays_off() {
    let said = started_with(&[(variables().0, "narenas:2,background_thread:false")]);
    assert!(said.contains("background_thread: false"), "{said}");
    let warning = format!(
        "request_arena: warning: jemalloc's background thread stays off, by \
         background_thread:false in {}",
        variables().0
    );
    assert!(said.contains(&warning), "{said}");
}

#[test]
fn a_background_thread_turned_on_is_no_problem() {
    let said = started_with(&[(variables().0, "background_thread:false,background_thread:true")]);
    assert!(said.contains("background_thread: true") && said.contains("problems: []"), "{said}");
}

#[test]
fn the_variable_that_is_ignored_is_warned_about() {
    let said = started_with(&[(variables().1, "background_thread:false,dirty_decay_ms:-1")]);
    let warning = format!(
        "{} is set, but this build of jemalloc ignores it: set {} instead",
        variables().1,
        variables().0
    );
    assert!(said.contains(&warning), "{said}");
    assert!(
        said.contains("background_thread: true") && said.contains("dirty_decay_ms: Some(10000)"),
        "{said}"
    );
}

#[test]
fn the_same_options_in_both_variables_are_no_problem() {
    let said = started_with(&[(variables().0, "narenas:2"), (variables().1, "narenas:2")]);
    assert!(said.contains("problems: []"), "{said}");
}

#[test]
fn memory_that_is_never_given_back_is_warned_about() {
    let said = started_with(&[(variables().0, "dirty_decay_ms:-1,muzzy_decay_ms:-1")]);
    for option in ["dirty_decay_ms", "muzzy_decay_ms"] {
        let warning = format!("warning: jemalloc's {option} is -1 in {}", variables().0);
        assert!(said.contains(&warning), "{said}");
    }
}

/// Touched memory of `bytes`, in pieces that jemalloc keeps when they are freed: it gives larger
/// ones (8 MiB) back at once.
fn pieces(bytes: u64) -> Vec<Vec<u8>> {
    const PIECE: usize = 256 << 10;
    (0..bytes as usize / PIECE).map(|_| black_box(vec![1_u8; PIECE])).collect()
}

#[test]
fn freed_memory_goes_back_although_nobody_allocates() {
    const BYTES: u64 = 64 << 20;
    if !is_child() {
        child(
            "freed_memory_goes_back_although_nobody_allocates",
            &[(variables().0, "dirty_decay_ms:500")],
        );
        return;
    }
    start();
    let taken = pieces(BYTES);
    let before = jemalloc::read().unwrap();
    drop(taken);
    // It waits, and does not measure: on a slow machine it takes longer.
    let patience = Instant::now() + Duration::from_secs(120);
    while jemalloc::read().unwrap().resident_bytes > before.resident_bytes - BYTES * 9 / 10 {
        assert!(Instant::now() < patience, "{before:?} {:?}", jemalloc::read());
        thread::sleep(Duration::from_millis(200));
    }
}

#[cfg(all(feature = "process", target_os = "linux"))]
#[test]
fn what_is_freed_lazily_is_muzzy_to_jemalloc_and_the_process_s_to_the_kernel() {
    const BYTES: u64 = 64 << 20;
    const NEARLY: u64 = BYTES * 9 / 10;
    if !is_child() {
        child(
            "what_is_freed_lazily_is_muzzy_to_jemalloc_and_the_process_s_to_the_kernel",
            &[(variables().0, "dirty_decay_ms:500,muzzy_decay_ms:-1")],
        );
        return;
    }
    start();
    drop(pieces(BYTES));
    // It waits for the pages to be freed, and does not measure.
    let patience = Instant::now() + Duration::from_secs(120);
    while jemalloc::read().unwrap().muzzy_bytes < NEARLY {
        assert!(Instant::now() < patience, "{:?}", jemalloc::read());
        thread::sleep(Duration::from_millis(200));
    }
    let process = request_arena_memory::process::read().unwrap();
    // The kernel marks pages in batches, and the last batch of each processor waits.
    assert!((BYTES / 2..2 * BYTES).contains(&process.lazily_freed_bytes.unwrap()), "{process:?}");
    assert!(process.anonymous_bytes >= NEARLY, "{process:?}");
}
