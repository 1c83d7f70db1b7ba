//! The cost of a reading: the processor time of the sampler's thread, as the kernel counts it. It
//! is a process of its own.
//!
//! This prints the cost:
//! `cargo test --release -p request-arena-doctor --test doctor_cost -- --nocapture`.
#![cfg(target_os = "linux")]

use std::fs;
use std::thread;
use std::time::Duration;

use request_arena_doctor::{Doctor, Options};

#[global_allocator]
static JEMALLOC: request_arena_memory::jemalloc::Jemalloc =
    request_arena_memory::jemalloc::Jemalloc;

/// A thousandth of one core, at one reading a second. A debug build takes several times as long.
const MOST_NANOS: u64 = if cfg!(debug_assertions) { 5_000_000 } else { 1_000_000 };

#[test]
fn a_reading_costs_less_than_a_thousandth_of_a_core() {
    // A typical service: some threads with their own caches, and some hundred MiB in small pieces.
    let held: Vec<Vec<u8>> = (0..100_000).map(|size| vec![1; size % 2000 + 16]).collect();
    let (ends, is_over) = std::sync::mpsc::channel::<()>();
    let others: Vec<_> = (0..16).map(|_| thread::spawn(|| vec![1_u8; 5000].len())).collect();
    let waiting = thread::spawn(move || is_over.recv());
    let doctor =
        Doctor::start(Options { interval: Duration::from_millis(10), ..Options::default() });
    thread::sleep(Duration::from_millis(200));
    let (before, readings_before) = (nanos(), doctor.diagnose().readings.count);
    thread::sleep(Duration::from_secs(2));
    let after = nanos();
    // Each diagnosis takes a reading on this thread.
    let readings = doctor.diagnose().readings.count - readings_before - 1;
    let each = (after - before) / readings.max(1) as u64;
    println!(
        "a reading takes {:.1} us of processor time, the mean of {readings}",
        each as f64 / 1000.0
    );
    assert!(readings > 20, "{readings}");
    assert!(each < MOST_NANOS, "{each} ns");
    drop((ends, held));
    others.into_iter().for_each(|other| assert_eq!(other.join().unwrap(), 5000));
    assert!(waiting.join().unwrap().is_err());
}

/// Processor time of the doctor's thread, in nanoseconds.
fn nanos() -> u64 {
    let tasks = fs::read_dir("/proc/self/task").unwrap().map(|task| task.unwrap().path());
    let doctors = tasks.filter(|task| {
        fs::read_to_string(task.join("comm")).is_ok_and(|name| name.trim() == "arena-doctor")
    });
    let of = |task: std::path::PathBuf| -> Option<u64> {
        fs::read_to_string(task.join("schedstat")).ok()?.split_whitespace().next()?.parse().ok()
    };
    doctors.filter_map(of).max().unwrap()
}
