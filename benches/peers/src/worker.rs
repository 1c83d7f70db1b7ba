//! `main` of each worker: it measures what it is asked for.

use std::env;
use std::io::{self, BufRead, Write};
use std::process::ExitCode;

use anyhow::anyhow;

use crate::protocol::{Answer, Introduction, Request};
use crate::service;
use crate::workloads::{self, instructions};

/// The worker's global allocator.
#[derive(Clone, Debug)]
pub struct Allocator {
    /// As its package ends: `peers-on-NAME`.
    pub name: &'static str,
    /// Its version, as it says itself; `None` if it cannot.
    pub version: Option<String>,
    /// What the current thread has allocated since it began, in bytes, if the allocator counts
    /// that.
    pub allocated: Option<fn() -> u64>,
}

/// Answers requests on the standard input until it is closed; or serves what is counted by
/// Valgrind, or an index of cities, if its arguments say so.
#[must_use]
pub fn main(allocator: &Allocator) -> ExitCode {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let ended = match arguments.split_first() {
        None => serve(allocator),
        Some((serve, arguments)) if serve == instructions::SERVE => instructions::serve(arguments),
        Some((fill, arguments)) if fill == service::FILL => service::fill(arguments),
        Some((serve, arguments)) if serve == service::SERVE => service::serve(arguments),
        Some(_) => Err(anyhow!(
            "this is a worker of the program `peers`, which starts it: cargo run --release -p peers"
        )),
    };
    match ended {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error:#}");
            ExitCode::FAILURE
        }
    }
}

fn serve(allocator: &Allocator) -> anyhow::Result<()> {
    let mut output = io::stdout().lock();
    for line in io::stdin().lock().lines() {
        let answer = answer(serde_json::from_str(&line?)?, allocator);
        serde_json::to_writer(&mut output, &answer)?;
        writeln!(output)?;
        output.flush()?;
    }
    Ok(())
}

fn answer(request: Request, allocator: &Allocator) -> Answer {
    match request {
        Request::Introduce => {
            let owned = |names: Vec<&str>| names.into_iter().map(str::to_owned).collect();
            let candidates = workloads::ALL.iter().map(|workload| {
                let candidates = workload.candidates(allocator).map(owned);
                (workload.name().to_owned(), candidates)
            });
            let candidates = candidates.collect();
            Answer::Introduction(Introduction { version: allocator.version.clone(), candidates })
        }
        Request::Measure { workload, candidate, effort } => match workloads::named(&workload) {
            None => Answer::Failed(format!("there is no workload `{workload}`")),
            Some(workload) => workload
                .measure(&candidate, effort, allocator)
                .map_or_else(|error| Answer::Failed(format!("{error:#}")), Answer::Figures),
        },
    }
}
