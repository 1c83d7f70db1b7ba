//! `main` of the worker: it makes the measurements that the program asks for.

use std::env;
use std::process::ExitCode;

use anyhow::bail;
use worker_harness::{Installed, messages};

use crate::protocol::{Answer, Introduction, Request};
use crate::service;
use crate::workloads::{self, orders::count};

/// Answers requests on the standard input until it is closed. With arguments, the worker is
/// started by another worker: to fill the index, as a server, or below callgrind.
#[must_use]
pub fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> anyhow::Result<()> {
    let allocator = Installed::check()?;
    let arguments: Vec<String> = env::args().skip(1).collect();
    match arguments.split_first() {
        None => serve(&allocator),
        Some((fill, arguments)) if fill == service::FILL => service::fill(arguments),
        Some((answer, arguments)) if answer == count::ANSWER => count::answer(arguments),
        Some((serve, arguments)) if serve == service::SERVE => service::serve(arguments),
        Some((serve, arguments)) if serve == service::SERVE_ORDERS => {
            service::serve_orders(arguments)
        }
        Some(_) => bail!(
            "this is a worker of the program `peers`, which starts it: \
             cargo run --release -p peers"
        ),
    }
}

fn serve(allocator: &Installed) -> anyhow::Result<()> {
    for request in messages::received() {
        messages::send(&answer(request?, allocator))?;
    }
    Ok(())
}

fn answer(request: Request, allocator: &Installed) -> Answer {
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
