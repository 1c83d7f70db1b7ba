//! `main` of each worker: it is one service once, and tells what the doctor said.

use std::io::{self, Write};
use std::process::ExitCode;

use anyhow::Context;
use clap::Parser;
use serde::{Deserialize, Serialize};

use crate::protocol::Line;
use crate::service::{Draw, Stage};
use crate::table;

/// The worker's global allocator.
#[derive(Clone, Debug)]
pub struct Allocator {
    /// Its name in the table.
    pub name: &'static str,
    /// Its version, as it says itself; empty if it does not.
    pub version: String,
    /// What it holds, if it says; beside the doctor's readings, to check those.
    pub heap: fn() -> Option<Heap>,
}

/// What an allocator says that it holds, in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Heap {
    /// Live allocations.
    pub allocated_bytes: u64,
    /// Pages with live allocations.
    pub active_bytes: u64,
    /// All pages in memory.
    pub resident_bytes: u64,
    /// Freed pages that are kept.
    pub dirty_bytes: u64,
}

/// What a worker is told: the service, and the seed.
#[derive(Debug, Parser)]
struct Args {
    program: String,
    #[arg(long)]
    seed: u64,
}

/// Is the service that the arguments name.
#[must_use]
pub fn main(allocator: &Allocator) -> ExitCode {
    let (last, code) = match run(&Args::parse(), allocator) {
        Ok(last) => (last, ExitCode::SUCCESS),
        Err(error) => (Line::Failed(format!("{error:#}")), ExitCode::FAILURE),
    };
    match tell(&last) {
        Ok(()) => code,
        Err(error) => {
            eprintln!("{error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(args: &Args, allocator: &Allocator) -> anyhow::Result<Line> {
    let (_, row) = table::find(&args.program)
        .with_context(|| format!("there is no service `{}`", args.program))?;
    let stage = Stage::new(Draw::new(row.name, args.seed), allocator);
    Ok(Line::Examined(Box::new((row.run)(stage)?)))
}

/// Says a line.
pub(crate) fn tell(line: &Line) -> anyhow::Result<()> {
    let mut output = io::stdout().lock();
    let told = serde_json::to_writer(&mut output, line).map_err(io::Error::from);
    told.and_then(|()| writeln!(output))
        .and_then(|()| output.flush())
        .context("nobody listens to the worker")
}
