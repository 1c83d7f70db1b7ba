//! `--check`: 20,000 real requests over real sockets, and a verdict on every answer.
//!
//! It starts the server with an index of its own, plans the requests from the data with a fixed seed ([`plan`]), sends
//! them from 64 connections (`run`), and judges every answer ([`verdict`]); a sample of the searches and facets is
//! compared with a [`reference`](mod@reference) that compares every word of every document, and knows nothing of the index. What the
//! arenas did is read from the report, and from the event that each scope ends with ([`recorder`]).
//!
//! The first quarter of the requests is the warm-up: after it the search handler must not ask the allocator for a chunk. And of all that it
//! takes, more than nine tenths must come from its arena.

pub mod answers;
pub mod client;
pub mod plan;
mod post;
pub mod recorder;
pub mod reference;
mod refused;
mod run;
mod table;
pub mod verdict;

use std::{process::ExitCode, sync::Arc, time::Duration};

use indicatif::{ProgressBar, ProgressStyle};
use request_arena::{Report, report};
use tokio::runtime::Runtime;

use self::{
    client::Client,
    plan::{Plan, Step},
    recorder::Recorder,
    reference::Reference,
    run::Measured,
    verdict::Judge,
};
use crate::server::{Seed, Server};

/// Requests in a check.
pub const REQUESTS: usize = 20_000;

/// How many of them are the warm-up.
const WARM_UP: usize = REQUESTS / 4;

/// What of the search handler's memory must come from its arenas, and more.
const COVERED: f64 = 0.90;

/// Connections that send them.
const CONNECTIONS: usize = 64;

/// Failures that are printed in full.
const SHOWN: usize = 10;

/// Checks, prints the table, and says whether all was right.
pub fn main(runtime: &Runtime) -> ExitCode {
    match runtime.block_on(check()) {
        Ok(failures) if failures.is_empty() => {
            println!("All {REQUESTS} answers were right, and no arena is left open.");
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
    // What the burst at the beginning leaves in the pool would be freed after five seconds, and on a slow machine the rest takes longer:
    // whether the search handler asks for a chunk must not depend on that.
    request_arena::configure(|settings| settings.decay = None);
    let recorder = Recorder::install()?;
    let bar = ProgressBar::new_spinner();
    let folder = tempfile::tempdir()?;
    let server = Server::start(0, folder.path(), Seed::Cities, &bar).await?;
    let reference = Arc::new(tokio::task::block_in_place(Reference::load)?);
    let (warm_up, rest) = Plan::new(&reference).into_parts(WARM_UP);

    let bar = ProgressBar::new(REQUESTS as u64).with_message("Asking");
    bar.set_style(ProgressStyle::with_template("{msg} [{wide_bar}] {pos}/{len} {elapsed}")?);
    let judge = Arc::new(Judge::new(Arc::clone(&reference)));
    let mut measured = Measured::default();
    measured.add(&run::run(server.addr(), warm_up, CONNECTIONS, &judge, &bar).await?)?;
    let warm = report();
    measured.add(&run::run(server.addr(), rest, CONNECTIONS, &judge, &bar).await?)?;
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
        "{REQUESTS} requests from {CONNECTIONS} connections, {} answers compared with the reference.",
        judge.compared()
    );
    failures.extend(arenas(&measured, &recorder, &warm, &end));
    Ok(failures)
}

/// What the report must say when every request is answered.
fn arenas(measured: &Measured, recorder: &Recorder, warm: &Report, end: &Report) -> Vec<String> {
    let mut failures = Vec::new();
    let mut expect = |what: String, expected: u64, found: u64| {
        if expected != found {
            failures.push(format!("asked:    {what}\nexpected: {expected}\nanswered: {found}"));
        }
    };
    let chunks =
        |report: &Report, name| report.sites.iter().find(|site| site.name == name).map_or(0, |site| site.chunks);
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
    let site = "search";
    expect(format!("chunks that {site} asked for after the warm-up"), 0, chunks(end, site) - chunks(warm, site));
    let covered = end.site(site).and_then(table::coverage);
    if covered.is_none_or(|part| part <= COVERED) {
        failures.push(format!(
            "asked:    the arenas' part in what {site} took\nexpected: more than {COVERED}\nanswered: {covered:?}"
        ));
    }
    failures
}

/// `GET /arenas` must answer the report.
async fn arenas_over_http(server: &Server, end: &Report) -> Result<Option<String>, Box<dyn std::error::Error>> {
    let answer = Client::connect(server.addr()).await?.send(&Step::get("/arenas").request).await?;
    let expected = serde_json::to_value(end)?["sites"].clone();
    let found = serde_json::from_slice::<serde_json::Value>(&answer.body)?["sites"].clone();
    Ok((expected != found).then(|| format!("asked:    GET /arenas\nexpected: {expected}\nanswered: {found}")))
}
