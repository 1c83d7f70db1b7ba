//! The command line: `overload all [--quick] [--times 5]`, and the service that it starts.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Instant;

use anyhow::{Context, ensure};
use clap::{Args, Parser, Subcommand};

use crate::group::Parent;
use crate::ran::Ran;
use crate::run::{Lab, Scale, Scenario, process};
use crate::{guide, output, picture, service, table};

/// How often a run is attempted that other programs disturb.
const ATTEMPTS: usize = 3;

/// A service in a real memory cgroup, under three times the load that fits: with admission control
/// the kernel does not kill it.
#[derive(Debug, Parser)]
#[command(version)]
struct Program {
    #[command(subcommand)]
    asked: Asked,
}

#[derive(Debug, Subcommand)]
enum Asked {
    /// Finds how much load fits, runs the service with three times that, and checks what happens
    All(All),
    /// Enters a group, and becomes the service
    #[command(hide = true)]
    Enter {
        folder: PathBuf,
        #[arg(allow_hyphen_values = true, trailing_var_arg = true)]
        arguments: Vec<String>,
    },
    /// Runs the service
    #[command(hide = true)]
    Serve(service::Serve),
}

#[derive(Debug, Args)]
struct All {
    /// Runs of ten seconds instead of a minute
    #[arg(long)]
    quick: bool,
    /// How many times everything is run
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u64).range(1..))]
    times: u64,
    /// Only these runs, beside the one that finds what fits
    #[arg(long, value_enum, value_name = "RUN")]
    only: Vec<Scenario>,
    /// Write the table, pictures and reports into the marked places of this document
    #[arg(long, value_name = "FILE.md", conflicts_with = "only")]
    guide: Option<PathBuf>,
    /// Exit with 0 on a machine where no memory control group can be made
    #[arg(long)]
    allow_skip: bool,
}

/// Runs the program.
#[must_use]
pub fn main() -> ExitCode {
    let answer = match Program::parse().asked {
        Asked::All(all) => run_all(&all),
        Asked::Enter { folder, arguments } => {
            process::enter(&folder, &arguments).map(|()| ExitCode::SUCCESS)
        }
        Asked::Serve(serve) => service::serve(serve).map(|()| ExitCode::SUCCESS),
    };
    answer.unwrap_or_else(|error| {
        eprintln!("error: {error:#}");
        ExitCode::FAILURE
    })
}

fn run_all(all: &All) -> anyhow::Result<ExitCode> {
    // An unusable document is better found before the runs than after minutes.
    all.guide.as_deref().map(guide::check).transpose()?;
    let parent = match Parent::find() {
        Ok(parent) => parent,
        Err(reason) => {
            eprintln!("SKIPPED: {reason:#}");
            return Ok(if all.allow_skip { ExitCode::SUCCESS } else { ExitCode::FAILURE });
        }
    };
    let folder = folder()?;
    let scale = if all.quick { Scale::QUICK } else { Scale::FULL };
    let lab = Lab { parent: &parent, folder: &folder, scale };
    let mut ran = Vec::new();
    for number in 1..=all.times as usize {
        run_once(&lab, all, number, &mut ran)?;
    }
    println!("{}", table::for_people(&ran));
    let right = ran.iter().filter(|ran| ran.is_right()).count();
    println!("{right} of {} runs are as they should be. Logs: {}", ran.len(), folder.display());
    output::write(&folder, &ran)?;
    all.guide.as_deref().map(|file| guide::write(file, &ran)).transpose()?;
    Ok(if right == ran.len() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Runs everything once, and adds it to `ran`.
fn run_once(lab: &Lab<'_>, all: &All, number: usize, ran: &mut Vec<Ran>) -> anyhow::Result<()> {
    eprintln!("Finding how many clients fit ...");
    let began = Instant::now();
    let (fit, seen) = lab.fit()?;
    eprintln!("{fit} clients with large requests fit, and as many with small ones.");
    let checks = Scenario::Fits.checks(&seen, &seen);
    let took = began.elapsed();
    let first = ran.len();
    ran.push(Ran { scenario: Scenario::Fits, number, seen, checks, took });
    println!("{}", table::checks(&ran[first]));
    let is_asked = |scenario: &Scenario| {
        *scenario != Scenario::Fits && (all.only.is_empty() || all.only.contains(scenario))
    };
    for scenario in Scenario::ALL.into_iter().filter(is_asked) {
        eprintln!("Running: {} ...", scenario.about());
        let run = run_undisturbed(lab, scenario, fit, &ran[first])?;
        let file = lab.folder.join(format!("{}.svg", scenario.name()));
        fs::write(&file, picture::svg(&run))
            .with_context(|| format!("the picture {} cannot be written", file.display()))?;
        ran.push(run);
    }
    Ok(())
}

/// Runs a scenario. If only times are wrong, and other programs took much of the processors' time,
/// it runs again.
fn run_undisturbed(
    lab: &Lab<'_>,
    scenario: Scenario,
    fit: usize,
    fits: &Ran,
) -> anyhow::Result<Ran> {
    let mut attempt = 1;
    loop {
        let began = Instant::now();
        let seen = lab.run(scenario, fit)?;
        let checks = scenario.checks(&seen, &fits.seen);
        let run = Ran { scenario, number: fits.number, seen, checks, took: began.elapsed() };
        println!("{}", table::checks(&run));
        if attempt == ATTEMPTS || !run.is_disturbed() {
            return Ok(run);
        }
        let others = run.seen.others.unwrap_or(0.0) * 100.0;
        eprintln!("Other programs took {others:.0} % of the processors' time. Once more ...");
        attempt += 1;
    }
}

/// The folder of all files: `overload` in the target folder that has this program.
fn folder() -> anyhow::Result<PathBuf> {
    let program = std::env::current_exe().context("the path of this program is unknown")?;
    let folder = program.ancestors().nth(2).unwrap_or(Path::new("target")).join("overload");
    let failed = || format!("the folder {} cannot be made", folder.display());
    fs::create_dir_all(&folder).with_context(failed)?;
    ensure!(folder.is_dir(), failed());
    Ok(folder)
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_arguments_are_consistent() {
        Program::command().debug_assert();
        let program =
            Program::try_parse_from(["overload", "all", "--quick", "--only", "page-cache"])
                .unwrap();
        let Asked::All(all) = program.asked else { panic!("another command") };
        assert!(all.quick && all.only == [Scenario::PageCache] && all.times == 1);
        assert!(Program::try_parse_from(["overload", "all", "--times", "0"]).is_err());
    }
}
