//! What the live heap by handler costs, and how exact it is, on each allocator.
//!
//! `cargo run --release -p sampling-cost` prints the tables, and with `-- --guide FILE.md` writes
//! them into the marked places of a document. Instructions need `valgrind`.

#[path = "../../common/callgrind.rs"]
mod callgrind;
mod error;
mod pairs;
mod throughput;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use anyhow::{Context, bail};
use clap::{Parser, Subcommand};
use worker_harness::{Allocator, Build, Worker, build, places};

/// Measures the live heap by handler, on each allocator
#[derive(Parser)]
struct Arguments {
    /// Measure little, and without optimisation, to show that everything works
    #[arg(long)]
    test: bool,
    /// Write the tables into the marked places of this document
    #[arg(long, value_name = "FILE.md")]
    guide: Option<PathBuf>,
    #[command(subcommand)]
    part: Option<Part>,
}

#[derive(Subcommand)]
enum Part {
    /// Serve the index in this folder, for the measurement of the throughput
    #[command(hide = true)]
    Serve { folder: PathBuf },
}

/// Bytes between two samples: jemalloc's default.
pub(crate) const INTERVAL: usize = 512 << 10;

/// One way to allocate.
#[derive(Debug)]
pub(crate) struct Candidate {
    pub(crate) name: &'static str,
    pub(crate) worker: Worker,
    /// jemalloc's options.
    options: &'static str,
    arguments: Vec<String>,
}

impl Candidate {
    /// The worker with further arguments.
    pub(crate) fn command(&self, work: &[String]) -> Command {
        let mut command = self.worker.command();
        command.env("_RJEM_MALLOC_CONF", self.options);
        command.args(&self.arguments).args(work);
        command
    }

    /// The numbers that the worker prints.
    pub(crate) fn numbers(&self, work: &[String]) -> anyhow::Result<Vec<f64>> {
        let output = self.command(work).output().context("the worker does not start")?;
        let said = String::from_utf8_lossy(&output.stderr);
        anyhow::ensure!(output.status.success(), "{}: {}: {said}", self.name, output.status);
        let text = String::from_utf8(output.stdout).context("the worker printed no text")?;
        let number = |line: &str| line.parse().with_context(|| format!("`{line}` is no number"));
        text.lines().map(number).collect()
    }
}

fn main() -> ExitCode {
    request_arena::use_jemalloc!(profiling: ready);
    match run(&Arguments::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: &Arguments) -> anyhow::Result<()> {
    if let Some(Part::Serve { folder }) = &arguments.part {
        return throughput::serve(folder);
    }
    if let Some(guide) = &arguments.guide {
        fill(guide, &Tables::default())?;
    }
    let candidates = candidates(arguments.test)?;
    let tables = Tables {
        throughput: throughput::table(arguments.test)?,
        cost: pairs::table(&candidates, arguments.test)?,
        error: error::table(&candidates, arguments.test)?,
    };
    println!("{}\n\n{}\n\n{}", tables.throughput, tables.cost, tables.error);
    let Some(guide) = &arguments.guide else { return Ok(()) };
    let filled = fill(guide, &tables)?;
    fs::write(guide, filled).with_context(|| format!("{} cannot be written", guide.display()))
}

/// The measurements.
#[derive(Default)]
struct Tables {
    throughput: String,
    cost: String,
    error: String,
}

fn fill(guide: &Path, tables: &Tables) -> anyhow::Result<String> {
    let document =
        fs::read_to_string(guide).with_context(|| format!("{} cannot be read", guide.display()))?;
    places::fill("sampling-cost", &document, |words| match words {
        "throughput" => Ok(tables.throughput.clone()),
        "cost" => Ok(tables.cost.clone()),
        "error" => Ok(tables.error.clone()),
        _ => bail!("the guide has a place for `{words}`, and the program writes no such thing"),
    })
}

fn candidates(is_test: bool) -> anyhow::Result<Vec<Candidate>> {
    const PACKAGE: &str = "sampling-cost-worker";
    let worker = |allocator, features: &[String]| {
        build(&Build { package: PACKAGE, allocator, features, release: !is_test })
    };
    // All builds of one allocator have the same name, so this one gets another.
    let plain = |allocator: Allocator| -> anyhow::Result<Worker> {
        let built = worker(allocator, &["plain".to_owned()])?;
        let program = built.program.with_extension("plain");
        fs::rename(&built.program, &program).context("the worker cannot be renamed")?;
        Ok(Worker { program, ..built })
    };
    let candidate = |name, worker: &Worker, options, arguments: &[&str]| Candidate {
        name,
        worker: worker.clone(),
        options,
        arguments: arguments.iter().map(|&argument| argument.to_owned()).collect(),
    };
    let interval = INTERVAL.to_string();
    let sampled = ["--interval", &interval];
    let glibc_plain = plain(Allocator::Glibc)?;
    let glibc = worker(Allocator::Glibc, &[])?;
    let mimalloc_plain = plain(Allocator::Mimalloc3)?;
    let mimalloc = worker(Allocator::Mimalloc3, &[])?;
    let jemalloc = worker(Allocator::Jemalloc, &[])?;
    // The background thread would be counted, too.
    let off = "background_thread:false,prof:false";
    let ready = "background_thread:false,prof:true,prof_active:false,lg_prof_sample:19";
    let on = "background_thread:false,prof:true,lg_prof_sample:19";
    Ok(vec![
        candidate("glibc", &glibc_plain, "", &[]),
        candidate("glibc, `CountingAllocator`", &glibc, "", &[]),
        candidate("glibc, sampling", &glibc, "", &sampled),
        candidate("mimalloc 3", &mimalloc_plain, "", &[]),
        candidate("mimalloc 3, `CountingAllocator`", &mimalloc, "", &[]),
        candidate("mimalloc 3, sampling", &mimalloc, "", &sampled),
        candidate("jemalloc, `prof:false`", &jemalloc, off, &[]),
        candidate("jemalloc, ready but off", &jemalloc, ready, &[]),
        candidate("jemalloc, sampling without handlers", &jemalloc, on, &["--without-scopes"]),
        candidate("jemalloc, sampling", &jemalloc, on, &[]),
    ])
}
