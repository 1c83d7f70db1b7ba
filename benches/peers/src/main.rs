//! request-arena beside everything that could be used instead of it: see the README of this
//! package.

use std::process::ExitCode;

use clap::Parser;
use clap::builder::PossibleValuesParser;
use peers::protocol::Effort;
use peers::run::{Options, run};
use peers::workloads;

/// request-arena beside everything that could be used instead of it, in one run
#[derive(Parser)]
struct Arguments {
    /// Ends within two minutes
    #[arg(long)]
    quick: bool,
    /// One tiny round of everything, which shows that it works
    #[arg(long, conflicts_with = "quick")]
    test: bool,
    /// Only this workload; may be given more than once
    #[arg(long, value_name = "WORKLOAD", value_parser = PossibleValuesParser::new(workloads::ALL.iter().map(|w| w.name())))]
    only: Vec<String>,
    /// How many rounds, whatever the workload
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    rounds: Option<u32>,
}

fn main() -> ExitCode {
    let Arguments { quick, test, only, rounds } = Arguments::parse();
    let effort = match (test, quick) {
        (true, _) => Effort::Test,
        (_, true) => Effort::Quick,
        _ => Effort::Full,
    };
    match run(&Options { effort, only, rounds: rounds.map(|rounds| rounds as usize) }) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}
