//! The doctor's cost in a large service: 500 handlers, 1,500 threads, and 256 MiB of heap. It is a
//! process of its own.
//!
//! This prints the cost:
//! `cargo test --release -p request-arena-doctor --test doctor_cost_large -- --nocapture`.
#![cfg(target_os = "linux")]

use std::fs;
use std::sync::{Arc, Barrier};
use std::thread;
use std::time::{Duration, Instant};

use request_arena_core::{Site, configure, scope};
use request_arena_doctor::{Doctor, Options};

#[global_allocator]
static JEMALLOC: request_arena_memory::jemalloc::Jemalloc =
    request_arena_memory::jemalloc::Jemalloc;

const SITES: u32 = 500;
const THREADS: usize = 1500;

/// The share of a processor. A debug build takes several times as long.
const MOST_SHARE: f64 = if cfg!(debug_assertions) { 0.01 } else { 0.001 };

/// Readings that take longer than half of it are less frequent: here they are at most 2 s apart.
const MOST_SECONDS: f64 = if cfg!(debug_assertions) { 0.01 } else { 0.001 };

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
    let task = task_of_doctor();
    let (before, readings_before) = (of_thread(&task), doctor.diagnose().readings.count);
    let each = each_reading(&task, Duration::from_secs(3));
    let after = of_thread(&task);
    let own = of_thread("/proc/thread-self");
    let diagnosis = doctor.diagnose();
    let judgement = of_thread("/proc/thread-self") - own;
    let readings = diagnosis.readings.count - readings_before - 1;
    // The thread's share is in proportion to the frequency of readings: one a second by default.
    let sampler = (after - before) / 3.0 * interval.as_secs_f64();
    println!("{readings} readings take {:.1} ms of processor time", (after - before) * 1e3);
    let usual = each[each.len() / 2];
    println!(
        "a reading takes {:.2} ms, and {:.2} ms with slow figures",
        usual * 1e3,
        each[0] * 1e3
    );
    println!("a judgement with a reading and all maps takes {:.1} ms", judgement * 1e3);
    // The doctor's own judgements without maps take 5 ms with five weeks of history, and a report
    // of all threads 5 ms. Their pace keeps them at a four-thousandth.
    let share = sampler + (judgement / JUDGES).min(0.010 / JUDGES) + judgement / READS_MAPS;
    println!("together {:.4} % of a core at one reading a second", share * 100.0);
    assert!(readings > 1, "{readings}");
    assert!(usual < MOST_SECONDS, "{usual} s");
    assert!(share < MOST_SHARE, "{share}");
    ends.wait();
    threads.into_iter().for_each(|thread| thread.join().unwrap());
    drop(held);
}

/// Seconds of processor time of each reading in this time, the costliest first.
fn each_reading(task: &str, time: Duration) -> Vec<f64> {
    let (began, mut last, mut each) = (Instant::now(), of_thread(task), vec![0.0]);
    let mut is_reading = false;
    while began.elapsed() < time {
        thread::sleep(Duration::from_millis(5));
        let now = of_thread(task);
        let more = now - last;
        // A reading may be in two of these intervals.
        if is_reading && more > 0.0 {
            *each.last_mut().unwrap() += more;
        } else if more > 0.0 {
            each.push(more);
        }
        (is_reading, last) = (more > 0.0, now);
    }
    each.sort_by(|a, b| b.total_cmp(a));
    each
}

fn site(number: u32) -> &'static Site {
    let name: &'static str = format!("handler_{number}").leak();
    let site: &'static Site = Box::leak(Box::new(Site::new(name, "service", "src/lib.rs", number)));
    scope(site, |arena| arena.alloc_slice_fill_copy(1000, 1_u8).len());
    site
}

/// The directory of the doctor's thread.
fn task_of_doctor() -> String {
    let tasks = fs::read_dir("/proc/self/task").unwrap().map(|task| task.unwrap().path());
    let mut doctors = tasks.filter(|task| {
        fs::read_to_string(task.join("comm")).is_ok_and(|name| name.trim() == "arena-doctor")
    });
    doctors.next().unwrap().to_str().unwrap().to_owned()
}

/// Seconds of processor time of a thread.
fn of_thread(directory: &str) -> f64 {
    let text = fs::read_to_string(format!("{directory}/schedstat")).unwrap();
    text.split_whitespace().next().unwrap().parse::<f64>().unwrap() / 1e9
}
