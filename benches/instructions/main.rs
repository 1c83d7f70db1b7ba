//! Counts the instructions of allocations, scopes and forks, and compares them with `bumpalo`'s.
//! The figures are the same in every run, also on a busy machine. Only the start of a process
//! differs by a few hundred instructions.
//!
//! `cargo bench --bench instructions`; it needs `valgrind`. `-- --test` runs each case once without
//! it.

#![allow(missing_docs, reason = "a program")]

#[path = "../common/by_hand.rs"]
mod by_hand;
#[path = "../common/callgrind.rs"]
mod callgrind;
mod cases;

use std::env;
use std::error::Error;
use std::path::Path;
use std::process::{Command, ExitCode};

use clap::Parser;
use comfy_table::{CellAlignment, Table, presets};

use cases::{CASES, Case, MOST_ITERATIONS};

/// Counts the instructions of allocations, scopes and forks, and compares them with bumpalo's
#[derive(Parser)]
struct Arguments {
    /// Run each case once, without valgrind
    #[arg(long)]
    test: bool,
    /// Iterations of the shorter run. The pool learns in rounds of 4096 scopes, so a multiple of
    /// them counts each part of its work in proportion
    #[arg(
        long,
        default_value_t = 8192,
        value_parser = clap::value_parser!(u64).range(64..=MOST_ITERATIONS / 2)
    )]
    iterations: u64,
    /// Count only groups that contain this text
    filter: Option<String>,
    /// Do the work of one case: the program runs itself so under valgrind
    #[arg(long, hide = true, num_args = 2, value_names = ["CASE", "TIMES"])]
    run: Option<Vec<u64>>,
    /// The argument that `cargo bench` gives to every bench
    #[arg(long, hide = true)]
    bench: bool,
}

fn main() -> ExitCode {
    match execute(Arguments::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn execute(arguments: Arguments) -> Result<(), Box<dyn Error>> {
    let Arguments { test, iterations, filter, run, .. } = arguments;
    // For comparisons with the heap: `cargo bench --bench instructions --features jemalloc`.
    #[cfg(feature = "jemalloc")]
    request_arena::use_jemalloc!();
    // The maintenance thread would be counted, too.
    request_arena::configure(|settings| settings.maintenance = None);
    if let Some([case, times]) = run.as_deref() {
        (CASES[*case as usize].run)(*times);
        return Ok(());
    }
    let wanted = |case: &Case| filter.as_deref().is_none_or(|filter| case.group.contains(filter));
    let cases: Vec<(usize, &Case)> =
        CASES.iter().enumerate().filter(|(_, case)| wanted(case)).collect();
    if cases.is_empty() {
        let groups: Vec<&str> =
            CASES.chunk_by(|a, b| a.group == b.group).map(|group| group[0].group).collect();
        return Err(
            format!("no group contains the filter; the groups are: {}", groups.join(", ")).into()
        );
    }
    if test {
        return run_once(&cases);
    }
    println!("{}", count(&cases, iterations)?);
    Ok(())
}

/// The program as it does the work of one case. Some cases change the whole process, for example
/// its source of traces, so each case has its own.
fn process_of(program: &Path, case: usize, times: u64) -> Command {
    let mut command = Command::new(program);
    command.arg("--run").arg(case.to_string()).arg(times.to_string());
    command
}

/// Runs each case once, without valgrind.
fn run_once(cases: &[(usize, &Case)]) -> Result<(), Box<dyn Error>> {
    let program = env::current_exe()?;
    for &(number, case) in cases {
        let name = format!("{}, {}", case.group, case.candidate);
        let status = process_of(&program, number, 1).status()?;
        if !status.success() {
            return Err(format!("the case `{name}` fails: {status}").into());
        }
        println!("{name}: runs");
    }
    Ok(())
}

/// Counts each case, and compares it with the first one of its group.
fn count(cases: &[(usize, &Case)], iterations: u64) -> Result<Table, Box<dyn Error>> {
    let program = env::current_exe()?;
    let mut table = Table::new();
    table.load_preset(presets::ASCII_MARKDOWN);
    table.set_header(["work", "candidate", "instructions", "more", "ratio"]);
    for column in table.column_iter_mut().skip(2) {
        column.set_cell_alignment(CellAlignment::Right);
    }
    let mut base: Option<(&str, f64)> = None;
    for &(number, case) in cases {
        let counted =
            callgrind::per_iteration(iterations, |times| process_of(&program, number, times))?;
        let (group, first) =
            base.filter(|(group, _)| *group == case.group).unwrap_or((case.group, counted));
        base = Some((group, first));
        let figures = [
            format!("{counted:.1}"),
            format!("{:+.1}", counted - first),
            format!("{:.3}", counted / first),
        ];
        table
            .add_row([case.group.to_owned(), case.candidate.to_owned()].into_iter().chain(figures));
    }
    Ok(table)
}
