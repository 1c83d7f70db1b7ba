//! `--check`: 20,000 real requests over real sockets, and a verdict on every answer.
//!
//! It starts the server with an index of its own and plans the requests from the data with a fixed
//! seed ([`plan`]). It sends them from 64 connections (`run`), and judges every answer
//! ([`verdict`]). It compares a sample of the searches and facets with a
//! [`reference`](mod@reference), which compares every word of every document and does not use the
//! index. The figures of the arenas come from the report, and from the event at the end of each
//! scope ([`recorder`]).
//!
//! The first 64 requests are searches, one on each connection, which are all open at the same
//! moment (`together`). Later requests never need more arenas at once. So from then on, in any
//! order of the threads, a search or a facet must not allocate a chunk. This holds as long as the
//! pool loses no arena:
//!
//! * The decay, the bound on retained bytes and the end of threads are off here.
//! * Another handler's scope can take an arena from the pool and outgrow it. Bodies that are too
//!   large do that, so they are sent last and are excluded. Those before them need less than a
//!   quarter of a MiB.
//!
//! More than nine tenths of all memory that the search handler allocates must come from its arena.

pub mod answers;
pub mod plan;
mod post;
pub mod recorder;
pub mod reference;
mod refused;
pub(crate) mod run;
pub mod step;
mod table;
mod together;
pub mod verdict;

use std::{process::ExitCode, sync::Arc, time::Duration};

use indicatif::{ProgressBar, ProgressStyle};
use loopback::Client;
use request_arena::{Report, report};
use tokio::runtime::Runtime;

use self::{
    plan::Plan,
    recorder::Recorder,
    reference::Reference,
    run::Measured,
    step::{Step, Unit},
    verdict::Judge,
};
use crate::server::{Seed, Server};

/// Requests in a check.
pub const REQUESTS: usize = 20_000;

/// Handlers with the same first chunk, which take each other's arenas from the pool.
const WITH_ROOM: [&str; 2] = ["search", "facets"];

/// A scope with this peak would take their arenas, and may outgrow them.
const LARGE: u64 = 256 << 10;

/// The pool may retain more than all arenas together.
const RETAIN_BYTES: usize = 256 << 20;

/// How long a thread may be idle. A thread that ends frees its arenas, and tokio's blocking threads
/// end after ten seconds.
pub const KEEP_ALIVE: Duration = Duration::from_secs(24 * 3600);

/// More than this part (0 to 1) of the search handler's memory must come from its arenas.
const COVERED: f64 = 0.90;

/// The number of connections.
const CONNECTIONS: usize = 64;

/// The number of failures that are printed in full.
const SHOWN: usize = 10;

/// Runs the check, prints the table, and exits with a failure if an answer is wrong.
pub fn main(runtime: &Runtime) -> ExitCode {
    match runtime.block_on(check()) {
        Ok(failures) if failures.is_empty() => {
            println!("All {REQUESTS} answers are right, and no arena is open.");
            ExitCode::SUCCESS
        }
        Ok(failures) => {
            for failure in failures.iter().take(SHOWN) {
                eprintln!("{failure}\n");
            }
            eprintln!("{} checks failed.", failures.len());
            ExitCode::FAILURE
        }
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn check() -> Result<Vec<String>, Box<dyn std::error::Error>> {
    request_arena::configure(|settings| {
        (settings.decay, settings.retain_bytes) = (None, RETAIN_BYTES);
    });
    let recorder = Recorder::install()?;
    let bar = ProgressBar::new_spinner();
    let folder = tempfile::tempdir()?;
    let server = Server::start(0, folder.path(), Seed::Cities, &bar).await?;
    let reference = Arc::new(tokio::task::block_in_place(Reference::load)?);
    let Plan { together, mixed, large } = Plan::new(&reference);

    let bar = ProgressBar::new(REQUESTS as u64).with_message("Sending requests");
    bar.set_style(ProgressStyle::with_template("{msg} [{wide_bar}] {pos}/{len} {elapsed}")?);
    let judge = Arc::new(Judge::new(Arc::clone(&reference)));
    let mut measured = Measured::default();
    let seen = {
        let (judge, bar) = (Arc::clone(&judge), bar.clone());
        move |step: &Step, answer| {
            judge.judge(step, answer);
            bar.inc(1);
        }
    };
    let run = |units: Vec<Unit>| {
        let all = units.len();
        run::run(server.addr(), units, CONNECTIONS, move |number| number < all, seen.clone())
    };
    measured.add(&together::together(&server, run(together)).await?)?;
    let before = report();
    measured.add(&run(mixed).await?)?;
    let after = report();
    let most_posted = recorder.of("post_documents").map_or(0, |posts| posts.peak_used.max());
    measured.add(&run(large).await?)?;
    bar.finish_and_clear();

    let mut failures = judge.failures();
    let bar = ProgressBar::new_spinner().with_message("Comparing the sample with the reference");
    bar.enable_steady_tick(Duration::from_millis(100));
    failures.extend(tokio::task::block_in_place(|| judge.compare_sample()));
    bar.finish_and_clear();

    let end = report();
    failures.extend(arenas_over_http(&server, &end).await?);
    server.stop().await?;
    println!("{}", table::table(&measured, &recorder, &end));
    println!(
        "{REQUESTS} requests from {CONNECTIONS} connections, {} answers compared with the \
         reference.",
        judge.compared()
    );
    if most_posted >= LARGE {
        failures.push(format!(
            "asked:    the largest arena of a post before the large bodies\n\
             expected: less than {LARGE}\nanswered: {most_posted}"
        ));
    }
    failures.extend(arenas(&measured, &recorder, [&before, &after], &end));
    Ok(failures)
}

/// The failures in the report, after every request is answered.
fn arenas(
    measured: &Measured,
    recorder: &Recorder,
    [before, after]: [&Report; 2],
    end: &Report,
) -> Vec<String> {
    let mut failures = Vec::new();
    let mut expect = |what: String, expected: u64, found: u64| {
        if expected != found {
            failures.push(format!("asked:    {what}\nexpected: {expected}\nanswered: {found}"));
        }
    };
    let chunks = |report: &Report, name| {
        report.sites.iter().find(|site| site.name == name).map_or(0, |site| site.chunks)
    };
    let mut all = 0;
    for (name, handler) in measured.handlers() {
        let site = end.sites.iter().find(|site| site.name == name);
        let sent = handler.requests();
        let resets = site.map_or(0, |site| site.resets);
        expect(format!("resets of {name}"), sent, resets);
        expect(format!("events of {name}"), sent, recorder.scopes(name));
        expect(format!("live scopes of {name}"), 0, site.map_or(0, |site| site.live_scopes));
        all += resets;
    }
    expect("resets of all handlers".to_owned(), REQUESTS as u64, all);
    for site in WITH_ROOM {
        let asked = chunks(after, site) - chunks(before, site);
        expect(
            format!("chunks that {site} allocated after the first {CONNECTIONS} requests"),
            0,
            asked,
        );
    }
    let site = "search";
    let covered = end.site(site).and_then(table::coverage);
    if covered.is_none_or(|part| part <= COVERED) {
        failures.push(format!(
            "asked:    the arenas' part of the memory of {site}\n\
             expected: more than {COVERED}\nanswered: {covered:?}"
        ));
    }
    failures
}

/// The failure of `GET /arenas`, which must answer the report.
async fn arenas_over_http(
    server: &Server,
    end: &Report,
) -> Result<Option<String>, Box<dyn std::error::Error>> {
    let answer = Client::connect(server.addr()).await?.send(&Step::get("/arenas").request).await?;
    let expected = serde_json::to_value(end)?["sites"].clone();
    let found = serde_json::from_slice::<serde_json::Value>(&answer.body)?["sites"].clone();
    Ok((expected != found)
        .then(|| format!("asked:    GET /arenas\nexpected: {expected}\nanswered: {found}")))
}
