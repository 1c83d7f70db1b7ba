//! `main` of the worker: it runs one service once, and sends what the doctor finds.

use std::process::ExitCode;

use anyhow::Context;
use clap::Parser;
use request_arena::heap;
use worker_harness::{Installed, messages};

use crate::protocol::Line;
use crate::service::{Draw, Stage};
use crate::table;

/// Bytes between two samples, as in the options of jemalloc for the same services.
/// A sampled allocation takes a page, so shorter intervals would be fragmentation of their own.
const SAMPLE_INTERVAL: usize = 1 << 19;

/// The arguments of a worker.
#[derive(Debug, Parser)]
struct Args {
    program: String,
    #[arg(long)]
    seed: u64,
}

/// Runs the service that the arguments name.
#[must_use]
pub fn main() -> ExitCode {
    let (last, code) = match run(&Args::parse()) {
        Ok(last) => (last, ExitCode::SUCCESS),
        Err(error) => (Line::Failed(format!("{error:#}")), ExitCode::FAILURE),
    };
    match messages::send(&last) {
        Ok(()) => code,
        Err(error) => {
            eprintln!("{error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(args: &Args) -> anyhow::Result<Line> {
    let allocator = Installed::check()?;
    let (_, row) = table::find(&args.program)
        .with_context(|| format!("there is no service `{}`", args.program))?;
    // jemalloc passes its samples on by itself, if its options turn them on.
    if row.samples && heap::live::interval().is_none() {
        heap::live::start(SAMPLE_INTERVAL);
    }
    let stage = Stage::new(Draw::new(row.sizes_of.unwrap_or(row.name), args.seed), allocator);
    Ok(Line::Examined(Box::new((row.run)(stage)?)))
}
