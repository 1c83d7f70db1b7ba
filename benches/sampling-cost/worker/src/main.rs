//! The worker of `sampling-cost`: allocates and frees, on the allocator that features select.
//!
//! `cargo run --release -p sampling-cost` builds and runs it.

use std::hint::black_box;
use std::time::Instant;

use anyhow::{Context, ensure};
use clap::{Parser, Subcommand};
use request_arena::{Site, heap, report, scope};
use worker_harness::Installed;

#[cfg(feature = "jemalloc")]
#[global_allocator]
static GLOBAL: request_arena::jemalloc::Jemalloc = request_arena::jemalloc::Jemalloc;

#[cfg(all(not(feature = "jemalloc"), not(feature = "plain")))]
#[global_allocator]
static GLOBAL: heap::CountingAllocator<worker_harness::Selected> =
    heap::CountingAllocator::new(worker_harness::SELECTED);

#[cfg(all(not(feature = "jemalloc"), feature = "plain"))]
#[global_allocator]
static GLOBAL: worker_harness::Selected = worker_harness::SELECTED;

static KEEPS: Site = Site::new("keeps", module_path!(), file!(), line!());

/// The size of the small allocations. It is one of jemalloc's size classes.
const SMALL: usize = 128;

/// Measures allocations on one allocator.
#[derive(Parser)]
struct Args {
    /// Sample one allocation in so many bytes. jemalloc has this in its own options
    #[arg(long)]
    interval: Option<usize>,
    /// Do not pass jemalloc's samples on
    #[arg(long)]
    without_scopes: bool,
    #[command(subcommand)]
    work: Work,
}

#[derive(Subcommand)]
enum Work {
    /// Allocates and frees so many bytes, so many times, and prints the nanoseconds of one pair
    Pairs { bytes: usize, times: u64 },
    /// Keeps so many MiB in small allocations, and prints what the samples say, in bytes
    Keep { mib: usize, repeats: usize },
}

fn main() -> anyhow::Result<()> {
    let args = Args::parse();
    // One allocator has the samples. If it is another one, jemalloc does not pass its own on.
    #[cfg(feature = "jemalloc")]
    ensure!(!args.without_scopes || heap::live::start(1), "jemalloc passes its samples on");
    // It sets jemalloc up, and jemalloc then passes its samples on.
    Installed::check()?;
    #[cfg(not(feature = "jemalloc"))]
    heap::install(heap::allocated_by_thread);
    if let Some(interval) = args.interval {
        heap::live::start(interval);
    }
    match args.work {
        Work::Pairs { bytes, times } => {
            let began = Instant::now();
            for _ in 0..times {
                drop(black_box(Vec::<u8>::with_capacity(black_box(bytes))));
            }
            println!("{}", began.elapsed().as_nanos() as f64 / times.max(1) as f64);
        }
        Work::Keep { mib, repeats } => keep(mib, repeats)?,
    }
    Ok(())
}

fn keep(mib: usize, repeats: usize) -> anyhow::Result<()> {
    let count = (mib << 20) / SMALL;
    for _ in 0..repeats {
        let mut kept: Vec<Vec<u8>> = Vec::with_capacity(count);
        scope(&KEEPS, |_| kept.extend((0..count).map(|_| Vec::with_capacity(SMALL))));
        let report = report();
        let site = report.site(KEEPS.name()).context("the scope ran")?;
        let live = site.live_heap.context("this allocator passes no samples on")?;
        ensure!(report.live_heap.is_some_and(|all| all.lost_samples == 0), "samples were lost");
        println!("{}", live.bytes);
        drop(black_box(kept));
    }
    Ok(())
}
