//! Empty scopes at full speed on one thread and on two, against a thread-local pool by hand; and
//! what being scraped meanwhile costs them.
//!
//! `cargo bench --bench threads --features prometheus`. Rounds alternate, and ratios are formed
//! round by round: what the machine does to one it does to the next. `-- --test` runs one short
//! round.

#![allow(missing_docs, reason = "a program")]

#[path = "common/by_hand.rs"]
mod by_hand;
#[path = "common/spread.rs"]
mod spread;

use std::hint::black_box;
use std::sync::Barrier;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use request_arena::{Site, scope};

use by_hand::{ROOM, pooled};
use clap::Parser;
use spread::print;

/// Empty scopes at full speed on one thread and on two
#[derive(Parser)]
struct Arguments {
    /// One short round
    #[arg(long)]
    test: bool,
    /// What `cargo bench` says to every bench
    #[arg(long, hide = true)]
    bench: bool,
}

static SITE: Site = Site::new("bench", module_path!(), file!(), line!()).with_initial(ROOM);

/// How often the figures are scraped: ten times a second, where Prometheus asks every 15 seconds.
const EVERY: Duration = Duration::from_millis(100);

fn in_pooled() {
    pooled(|bump| {
        black_box(bump);
    });
}

fn in_scope() {
    scope(&SITE, |arena| {
        black_box(arena);
    });
}

/// Nanoseconds that one call takes a thread, when so many threads do nothing else for a while.
fn measure(threads: u32, work: fn(), time: Duration) -> f64 {
    let (together, stop) = (Barrier::new(threads as usize + 1), AtomicBool::new(false));
    let calls: u64 = thread::scope(|scope| {
        let workers: Vec<_> = (0..threads)
            .map(|_| {
                scope.spawn(|| {
                    together.wait();
                    let mut calls = 0_u64;
                    while !stop.load(Ordering::Relaxed) {
                        (0..1000).for_each(|_| work());
                        calls += 1000;
                    }
                    calls
                })
            })
            .collect();
        together.wait();
        thread::sleep(time);
        stop.store(true, Ordering::Relaxed);
        workers.into_iter().map(|worker| worker.join().expect("no panic")).sum()
    });
    time.as_nanos() as f64 * f64::from(threads) / calls as f64
}

/// The same, scraped as Prometheus does.
fn measure_scraped(threads: u32, time: Duration) -> f64 {
    let stop = AtomicBool::new(false);
    thread::scope(|scope| {
        scope.spawn(|| {
            while !stop.load(Ordering::Relaxed) {
                black_box(request_arena::telemetry::prometheus::text().expect("a text"));
                thread::sleep(EVERY);
            }
        });
        let nanoseconds = measure(threads, in_scope, time);
        stop.store(true, Ordering::Relaxed);
        nanoseconds
    })
}

fn main() {
    let Arguments { test, .. } = Arguments::parse();
    let (rounds, time) =
        if test { (1, Duration::from_millis(20)) } else { (20, Duration::from_millis(500)) };
    for threads in [1, 2] {
        let mut rows = [const { Vec::new() }; 5];
        for _ in 0..rounds {
            let hand = measure(threads, in_pooled, time);
            let scoped = measure(threads, in_scope, time);
            let scraped = measure_scraped(threads, time);
            for (row, value) in
                rows.iter_mut().zip([hand, scoped, scoped - hand, scraped, scoped / scraped])
            {
                row.push(value);
            }
        }
        let [hand, scoped, more, scraped, throughput] = rows;
        print(&format!("{threads} thread(s), thread-local pool by hand"), "ns", hand);
        print(&format!("{threads} thread(s), empty scope, everything counted"), "ns", scoped);
        print(&format!("{threads} thread(s), the scope's more"), "ns", more);
        print(&format!("{threads} thread(s), scraped ten times a second"), "ns", scraped);
        print(&format!("{threads} thread(s), throughput scraped / not scraped"), "", throughput);
    }
    assert!(request_arena::report().site("bench").is_some_and(|site| site.resets > 0));
}
