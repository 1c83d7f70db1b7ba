//! The command line: `failure-lab all [--quick]`, and a sub-command for each service.

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context, bail};
use clap::{ArgMatches, Args, Command, FromArgMatches, Parser, Subcommand};
use worker_harness::{Allocator, Worker};

use crate::matrix::Matrix;
use crate::protocol::Phase;
use crate::run::{Job, Verdict, run, run_all, worker};
use crate::table::{Row, TABLE, find};
use crate::{guide, output, picture};

/// Small services, each with one cause of growing memory or bad latency, and what the doctor finds.
#[derive(Debug, Parser)]
#[command(version)]
struct Lab {
    #[command(subcommand)]
    asked: Asked,
}

/// The sub-command.
#[derive(Debug)]
enum Asked {
    All(All),
    One(&'static Row, One),
}

/// Runs every service on every allocator where it has its failure, and checks the doctor's
/// diagnosis.
#[derive(Debug, Args)]
struct All {
    /// One seed instead of five: takes three minutes once the workers are built
    #[arg(long, conflicts_with = "seeds")]
    quick: bool,
    /// How many seeds, starting at 1
    #[arg(long, default_value_t = 5, value_parser = clap::value_parser!(u64).range(1..))]
    seeds: u64,
    /// Write the table, and the reports and pictures of the first seed, into the marked places of
    /// this document
    #[arg(long, value_name = "FILE.md")]
    guide: Option<PathBuf>,
}

#[derive(Debug, Args)]
struct One {
    /// The global allocator; by default the first one on which the service has its failure
    #[arg(long, value_parser = allocator)]
    allocator: Option<Allocator>,
    /// The seed of the service's sizes, rates and counts
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Print the readings and the report as JSON
    #[arg(long)]
    json: bool,
    /// Draw the parts of RSS over time into this file, an SVG
    #[arg(long, value_name = "FILE.svg")]
    picture: Option<PathBuf>,
}

/// Runs the program.
#[must_use]
pub fn main() -> ExitCode {
    let answer = match Lab::parse().asked {
        Asked::All(all) => run_table(&all),
        Asked::One(row, one) => run_one(row, &one),
    };
    answer.unwrap_or_else(|error| {
        eprintln!("error: {error:#}");
        ExitCode::FAILURE
    })
}

fn run_table(all: &All) -> anyhow::Result<ExitCode> {
    // An unusable document is better found before the runs than after minutes.
    all.guide.as_deref().map(guide::check).transpose()?;
    let workers = Allocator::ALL.into_iter().map(build).collect::<anyhow::Result<Vec<_>>>()?;
    for (row, reason) in TABLE.iter().filter_map(|row| Some((row, (row.impossible)()?))) {
        eprintln!("SKIPPED: `{}` cannot run on this machine: {reason}", row.name);
    }
    let mut jobs = Vec::new();
    for seed in 1..=if all.quick { 1 } else { all.seeds } {
        for row in TABLE.iter().filter(|row| (row.impossible)().is_none()) {
            let workers = workers.iter().filter(|worker| row.on.contains(&worker.allocator));
            jobs.extend(workers.map(|worker| Job { row, worker: worker.clone(), seed }));
        }
    }
    let ran = run_all(jobs);
    let mut matrix = Matrix::default();
    for ran in &ran {
        let (number, _) = find(ran.job.row.name).context("the table has no such service")?;
        matrix.add(number, ran.job.worker.allocator, Verdict::of(ran));
    }
    println!("{}", matrix.for_people());
    println!("Columns: the doctor's first finding, in how many runs. ! marks a wrong one.");
    let (runs, right) = matrix.counts();
    println!(
        "{right} of {runs} runs are right. Readings, reports and pictures: {}",
        output::write(&ran, &matrix)?.display()
    );
    if let Some(guide) = &all.guide {
        guide::write(guide, &ran, &matrix)?;
    }
    Ok(if matrix.is_right() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn run_one(row: &'static Row, one: &One) -> anyhow::Result<ExitCode> {
    let on = match one.allocator.or(row.on.first().copied()) {
        Some(on) if row.on.contains(&on) => on,
        _ => bail!("{} does not have its failure on that allocator: {}", row.name, row.because),
    };
    if let Some(reason) = (row.impossible)() {
        bail!("{} cannot run on this machine: {reason}", row.name);
    }
    one.picture.as_deref().map(picture::check).transpose()?;
    let job = Job { row, worker: build(on)?, seed: one.seed };
    let ran = run(&job, show);
    match &ran.examined {
        Ok(examined) if one.json => println!("{}", serde_json::to_string_pretty(examined)?),
        Ok(examined) => print!("{}", examined.report),
        Err(reason) => bail!("{} on {}: {reason}", row.name, on.name()),
    }
    if let (Some(file), Ok(examined)) = (&one.picture, &ran.examined) {
        picture::write(file, &job, examined)?;
    }
    let wrong = Verdict::of(&ran).wrong;
    wrong.iter().for_each(|wrong| eprintln!("wrong: {wrong}"));
    Ok(if wrong.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn build(on: Allocator) -> anyhow::Result<Worker> {
    eprintln!("Building the services on {} ...", on.name());
    worker(on)
}

/// Prints a finished phase and its raw readings to the standard error stream.
fn show(phase: &Phase) {
    let mib = |bytes: u64| bytes as f64 / f64::from(1 << 20);
    let Phase { name, at_ms, requests, anonymous_bytes, file_bytes, heap } = phase;
    let heap = heap.map_or_else(String::new, |heap| {
        let [allocated, active, dirty] =
            [heap.allocated_bytes, heap.active_bytes, heap.dirty_bytes].map(mib);
        format!("; heap: allocated {allocated:.1}, active {active:.1}, dirty {dirty:.1}")
    });
    let (seconds, anonymous, file) =
        (*at_ms as f64 / 1000.0, mib(*anonymous_bytes), mib(*file_bytes));
    eprintln!(
        "{seconds:6.2} s {requests:>6} requests, MiB: RssAnon {anonymous:.1}, \
         RssFile {file:.1}{heap}; {name}"
    );
}

fn allocator(name: &str) -> Result<Allocator, String> {
    let names = || Allocator::ALL.map(Allocator::name).join(", ");
    Allocator::from_name(name).ok_or_else(|| format!("the allocators are {}", names()))
}

/// One sub-command for each row of the table.
impl Subcommand for Asked {
    fn augment_subcommands(command: Command) -> Command {
        let services =
            TABLE.iter().map(|row| One::augment_args(Command::new(row.name).about(row.about)));
        command
            .subcommand_required(true)
            .subcommand(All::augment_args(Command::new("all")))
            .subcommands(services)
    }

    fn augment_subcommands_for_update(command: Command) -> Command {
        Self::augment_subcommands(command)
    }

    fn has_subcommand(name: &str) -> bool {
        name == "all" || find(name).is_some()
    }
}

impl FromArgMatches for Asked {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, clap::Error> {
        let missing = || clap::Error::new(clap::error::ErrorKind::MissingSubcommand);
        let (name, matches) = matches.subcommand().ok_or_else(missing)?;
        match find(name) {
            Some((_, row)) => Ok(Self::One(row, One::from_arg_matches(matches)?)),
            None => Ok(Self::All(All::from_arg_matches(matches)?)),
        }
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), clap::Error> {
        *self = Self::from_arg_matches(matches)?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn every_service_is_a_sub_command() {
        Lab::command().debug_assert();
        for row in TABLE {
            let lab = Lab::try_parse_from([
                "failure-lab",
                row.name,
                "--allocator",
                "jemalloc",
                "--seed",
                "7",
            ])
            .unwrap();
            let Asked::One(asked, one) = lab.asked else {
                panic!("{} is another command", row.name)
            };
            assert_eq!(
                (asked.name, one.allocator, one.seed),
                (row.name, Some(Allocator::Jemalloc), 7)
            );
        }
        assert!(matches!(
            Lab::try_parse_from(["failure-lab", "all", "--quick"]).unwrap().asked,
            Asked::All(_)
        ));
    }

    #[test]
    fn the_error_for_an_unknown_allocator_has_the_names() {
        let error = Lab::try_parse_from(["failure-lab", "retention", "--allocator", "tcmalloc"])
            .unwrap_err();
        assert!(error.to_string().contains("mimalloc-3"), "{error}");
    }
}
