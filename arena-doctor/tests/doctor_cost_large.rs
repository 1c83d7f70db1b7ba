//! The doctor's cost in a large service: 500 handlers, 1,500 threads, and 256 MiB of heap. It is a
//! process of its own.
//!
//! This prints the cost:
//! `cargo test --release -p request-arena-doctor --test doctor_cost_large -- --nocapture`.
#![cfg(target_os = "linux")]

use std::fs;
use std::sync::{Arc, Barrier};
use std::thread;
use std::time::Duration;

use request_arena_core::{Site, configure, scope};
use request_arena_doctor::{Doctor, Options};

#[global_allocator]
static JEMALLOC: request_arena_memory::jemalloc::Jemalloc =
    request_arena_memory::jemalloc::Jemalloc;

const SITES: u32 = 500;
const THREADS: usize = 1500;

/// The share of a processor. A debug build takes several times as long.
const MOST_SHARE: f64 = if cfg!(debug_assertions) { 0.01 } else { 0.001 };

/// A judgement of the doctor's own is so often at least, and reads the maps so often at least.
const JUDGES: f64 = 60.0;
const READS_MAPS: f64 = 1800.0;

#[test]
fn the_doctor_takes_less_than_a_thousandth_of_a_core_in_a_large_service() {
    configure(|settings| settings.durations = true);
    let held: Vec<Vec<u8>> = (0..128_000).map(|size| vec![1; size % 4000 + 16]).collect();
    let sites: Vec<&'static Site> = (0..SITES).map(site).collect();
    let (ready, ends) = (Arc::new(Barrier::new(THREADS + 1)), Arc::new(Barrier::new(THREADS + 1)));
    let threads: Vec<_> = (0..THREADS)
        .map(|number| {
            let (ready, ends, site) = (ready.clone(), ends.clone(), sites[number % sites.len()]);
            let thread = thread::Builder::new().stack_size(128 << 10);
            let run = move || {
                scope(site, |arena| arena.alloc_slice_fill_copy(100, 1_u8).len());
                ready.wait();
                ends.wait();
            };
            thread.spawn(run).unwrap()
        })
        .collect();
    ready.wait();
    let interval = Duration::from_millis(50);
    let options = Options { interval, watch: None, ..Options::default() };
    let doctor = Doctor::start(options);
    thread::sleep(Duration::from_millis(500));
    let (before, readings_before) = (of_doctor(), doctor.diagnose().readings.count);
    thread::sleep(Duration::from_secs(3));
    let after = of_doctor();
    let own = of_thread("/proc/thread-self");
    let diagnosis = doctor.diagnose();
    let judgement = of_thread("/proc/thread-self") - own;
    let readings = diagnosis.readings.count - readings_before - 1;
    // The thread's share is in proportion to the frequency of readings: one a second by default.
    let sampler = (after - before) / 3.0 * interval.as_secs_f64();
    println!("{readings} readings take {:.1} ms of processor time", (after - before) * 1e3);
    println!("a judgement with a reading and all maps takes {:.1} ms", judgement * 1e3);
    // The doctor's own judgements without maps have a pace that keeps them at a four-thousandth.
    let share = sampler + (judgement / JUDGES).min(1.0 / 4000.0) + judgement / READS_MAPS;
    println!("together {:.4} % of a core at one reading a second", share * 100.0);
    assert!(readings > 1, "{readings}");
    assert!(share < MOST_SHARE, "{share}");
    ends.wait();
    threads.into_iter().for_each(|thread| thread.join().unwrap());
    drop(held);
}

fn site(number: u32) -> &'static Site {
    let name: &'static str = format!("handler_{number}").leak();
    let site: &'static Site = Box::leak(Box::new(Site::new(name, "service", "src/lib.rs", number)));
    scope(site, |arena| arena.alloc_slice_fill_copy(1000, 1_u8).len());
    site
}

/// Seconds of processor time of the doctor's thread.
fn of_doctor() -> f64 {
    let tasks = fs::read_dir("/proc/self/task").unwrap().map(|task| task.unwrap().path());
    let mut doctors = tasks.filter(|task| {
        fs::read_to_string(task.join("comm")).is_ok_and(|name| name.trim() == "arena-doctor")
    });
    of_thread(doctors.next().unwrap().to_str().unwrap())
}

/// Seconds of processor time of a thread.
fn of_thread(directory: &str) -> f64 {
    let text = fs::read_to_string(format!("{directory}/schedstat")).unwrap();
    text.split_whitespace().next().unwrap().parse::<f64>().unwrap() / 1e9
}
