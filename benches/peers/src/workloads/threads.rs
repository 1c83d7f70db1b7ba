//! How many requests all threads serve together: one thread, two, and as many as the machine has.

use std::sync::Barrier;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, available_parallelism};
use std::time::{Duration, Instant};

use anyhow::Context;
use worker_harness::Installed;

use super::Workload;
use super::requests::{Empty, Values};
use crate::candidates::{self, Peer, Visitor};
use crate::memory::Body;
use crate::protocol::{Effort, Figure, Unit};

/// Candidates that serve more than one request at a time: each by a pool, of the thread's own or of
/// all.
const POOLS: [&str; 9] = [
    "request_arena macro",
    "request_arena scope",
    "bumpalo new",
    "bumpalo thread-local pool",
    "bumpalo-herd",
    "bump-scope BumpPool",
    "blink-alloc cache",
    "oxc_allocator pool",
    "heap",
];

/// The workload.
pub(super) struct Threads;

impl Workload for Threads {
    fn name(&self) -> &'static str {
        "threads"
    }

    fn about(&self) -> &'static str {
        "Requests at full speed on one thread, on two, and on as many as the machine has: how many all of them serve in a second."
    }

    fn rounds(&self, effort: Effort) -> usize {
        effort.choose(1, 2, 15)
    }

    fn bases(&self) -> &'static [&'static str] {
        &["bumpalo thread-local pool"]
    }

    fn candidates(&self, _: &Installed) -> Result<Vec<&'static str>, String> {
        Ok(candidates::NAMES.iter().copied().filter(|name| POOLS.contains(name)).collect())
    }

    fn measure(
        &self,
        candidate: &str,
        effort: Effort,
        _: &Installed,
    ) -> anyhow::Result<Vec<Figure>> {
        let time = Duration::from_millis(effort.choose(1, 10, 150));
        let empty = Measure { name: "empty", body: &Empty, time };
        let values = Measure { name: "100 x 48 bytes", body: &Values, time };
        let figures = [candidates::with(candidate, empty), candidates::with(candidate, values)];
        let figures: Option<Vec<_>> = figures.into_iter().collect();
        Ok(figures.with_context(|| format!("there is no candidate `{candidate}`"))?.concat())
    }
}

struct Measure<'m, B> {
    name: &'m str,
    body: &'m B,
    time: Duration,
}

impl<B: Body> Visitor for Measure<'_, B> {
    type Result = Vec<Figure>;

    fn visit<P: Peer>(self) -> Vec<Figure> {
        if !P::ARENA && !B::MEMORY {
            return Vec::new();
        }
        let name = self.name;
        let alone = throughput::<P>(1, self.body, self.time);
        let mut figures = vec![Figure::new(format!("{name}, 1 thread"), Unit::PerSecond, alone)];
        for threads in counts() {
            let together = throughput::<P>(threads, self.body, self.time);
            figures.push(Figure::new(
                format!("{name}, {threads} threads"),
                Unit::PerSecond,
                together,
            ));
            figures.push(Figure::new(
                format!("{name}, {threads} threads over 1"),
                Unit::Ratio,
                together / alone,
            ));
        }
        figures
    }
}

/// How many threads, beside one: two, and all.
fn counts() -> Vec<usize> {
    let all = available_parallelism().map_or(1, usize::from);
    if all > 2 { vec![2, all] } else { vec![2] }
}

/// Requests in a second of so many threads that do nothing else.
fn throughput<P: Peer>(threads: usize, body: &impl Body, time: Duration) -> f64 {
    /// Requests between two looks at whether it is over.
    const BATCH: u32 = 100;

    let (together, stop) = (Barrier::new(threads + 1), AtomicBool::new(false));
    thread::scope(|scope| {
        let serve = || {
            let mut peer = P::new();
            (0..BATCH).for_each(|_| peer.request(body));
            together.wait();
            let mut served = 0_u64;
            while !stop.load(Ordering::Relaxed) {
                (0..BATCH).for_each(|_| peer.request(body));
                served += u64::from(BATCH);
            }
            served
        };
        let workers: Vec<_> = (0..threads).map(|_| scope.spawn(serve)).collect();
        together.wait();
        let begun = Instant::now();
        thread::sleep(time);
        stop.store(true, Ordering::Relaxed);
        let taken = begun.elapsed();
        let served = workers.into_iter().map(|worker| worker.join().expect("no request panics"));
        served.sum::<u64>() as f64 / taken.as_secs_f64()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_pool_is_a_candidate_or_one_that_needs_a_newer_rust() {
        for name in POOLS {
            let optional = ["bump-scope BumpPool", "oxc_allocator pool"].contains(&name);
            assert!(optional || candidates::NAMES.contains(&name), "{name}");
        }
    }

    #[test]
    fn every_thread_serves_requests() {
        for threads in counts() {
            let figure = format!("empty, {threads} threads");
            let figures =
                Threads.measure("request_arena scope", Effort::Test, &Installed::check().unwrap());
            let figures = figures.unwrap();
            assert!(figures.iter().any(|it| it.name == figure && it.value > 0.0), "{figures:?}");
        }
    }
}
