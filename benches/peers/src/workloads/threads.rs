//! How many requests all threads serve together: one thread, two, and as many as the machine has.
//! For request-arena also while its figures are scraped.

use std::hint::black_box;
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

/// Candidates that can serve more than one request at a time, by a pool of the thread or of all.
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

/// The candidate that is also measured while its figures are scraped.
const SCRAPED: &str = "request_arena scope";

/// Ten scrapes a second, where Prometheus scrapes every 15 seconds.
const BETWEEN_SCRAPES: Duration = Duration::from_millis(100);

/// The workload `threads`.
pub(super) struct Threads;

impl Workload for Threads {
    fn name(&self) -> &'static str {
        "threads"
    }

    fn about(&self) -> &'static str {
        "Requests at full speed on one thread, on two, and on as many as the machine has: how many \
         all of them serve in a second. For `request_arena scope` also while its figures are \
         scraped ten times a second."
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
        let scraped = candidate == SCRAPED;
        let empty = Measure { name: "empty", body: &Empty, time, scraped };
        let values = Measure { name: "100 x 48 bytes", body: &Values, time, scraped: false };
        let figures = [candidates::with(candidate, empty), candidates::with(candidate, values)];
        let figures: Option<Vec<_>> = figures.into_iter().collect();
        Ok(figures.with_context(|| format!("there is no candidate `{candidate}`"))?.concat())
    }
}

struct Measure<'m, B> {
    name: &'m str,
    body: &'m B,
    time: Duration,
    /// Whether to measure it again while the figures are scraped.
    scraped: bool,
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
        if self.scraped {
            for threads in [1, 2] {
                figures.extend(self.while_scraped::<P>(threads));
            }
        }
        figures
    }
}

impl<B: Body> Measure<'_, B> {
    /// The throughput while another thread scrapes, and its ratio to the one right before it.
    fn while_scraped<P: Peer>(&self, threads: usize) -> [Figure; 2] {
        let before = throughput::<P>(threads, self.body, self.time);
        let scraped = scraping(|| throughput::<P>(threads, self.body, self.time));
        let name = format!("{}, {threads} thread(s), scraped", self.name);
        [
            Figure::new(name.clone(), Unit::PerSecond, scraped),
            Figure::new(format!("{name} over not scraped"), Unit::Ratio, scraped / before),
        ]
    }
}

/// Runs `work` while another thread scrapes all figures as Prometheus does.
fn scraping<R>(work: impl FnOnce() -> R) -> R {
    let stop = AtomicBool::new(false);
    thread::scope(|scope| {
        scope.spawn(|| {
            while !stop.load(Ordering::Relaxed) {
                black_box(request_arena::telemetry::prometheus::text().expect("a text"));
                thread::sleep(BETWEEN_SCRAPES);
            }
        });
        let result = work();
        stop.store(true, Ordering::Relaxed);
        result
    })
}

/// The numbers of threads beside one: two, and all.
fn counts() -> Vec<usize> {
    let all = available_parallelism().map_or(1, usize::from);
    if all > 2 { vec![2, all] } else { vec![2] }
}

/// Requests in a second, of this many threads at full speed.
fn throughput<P: Peer>(threads: usize, body: &impl Body, time: Duration) -> f64 {
    /// Requests between two looks at `stop`.
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

    #[test]
    fn only_request_arena_is_also_scraped() {
        let allocator = Installed::check().unwrap();
        let names = |candidate| {
            let figures = Threads.measure(candidate, Effort::Test, &allocator).unwrap();
            figures.into_iter().map(|figure| figure.name).collect::<Vec<_>>()
        };
        let scraped = |name: &String| name == "empty, 2 thread(s), scraped over not scraped";
        assert!(names(SCRAPED).iter().any(scraped));
        assert!(!names("bumpalo thread-local pool").iter().any(scraped));
    }
}
