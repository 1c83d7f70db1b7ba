//! Compares request-arena with other arenas and allocators. The README of this package describes
//! it.

use std::process::ExitCode;

use clap::Parser;
use clap::builder::PossibleValuesParser;
use peers::protocol::Effort;
use peers::run::{Options, run};
use peers::workloads;
use worker_harness::Allocator;

/// Compares request-arena with other arenas and allocators, in one run
#[derive(Parser)]
struct Arguments {
    /// Takes two minutes
    #[arg(long)]
    quick: bool,
    /// Runs one tiny round of everything, without optimisation, as a check that it works
    #[arg(long, conflicts_with = "quick")]
    test: bool,
    /// Measures only this workload; can be repeated
    #[arg(
        long,
        value_name = "WORKLOAD",
        value_parser = PossibleValuesParser::new(workloads::ALL.iter().map(|it| it.name()))
    )]
    only: Vec<String>,
    /// Measures only on this global allocator; can be repeated
    #[arg(
        long,
        value_name = "ALLOCATOR",
        value_parser = PossibleValuesParser::new(Allocator::ALL.map(Allocator::name))
    )]
    allocator: Vec<String>,
    /// The number of rounds of every workload
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    rounds: Option<u32>,
}

fn main() -> ExitCode {
    let Arguments { quick, test, only, allocator, rounds } = Arguments::parse();
    let effort = match (test, quick) {
        (true, _) => Effort::Test,
        (_, true) => Effort::Quick,
        _ => Effort::Full,
    };
    let is_chosen =
        |of: &Allocator| allocator.is_empty() || allocator.iter().any(|a| a == of.name());
    let allocators = Allocator::ALL.into_iter().filter(is_chosen).collect();
    let rounds = rounds.map(|rounds| rounds as usize);
    match run(&Options { effort, only, allocators, rounds }) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}
