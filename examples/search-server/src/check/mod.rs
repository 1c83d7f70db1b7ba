//! `--check`: 20,000 real requests over real sockets, and a verdict on every answer.
//!
//! It starts the server with an index of its own, plans the requests from the data with a fixed
//! seed ([`plan`]), sends them from 64 connections (`run`), and judges every answer ([`verdict`]);
//! a sample of the searches and facets is compared with a [`reference`](mod@reference) that
//! compares every word of every document, and knows nothing of the index. What the arenas did is
//! read from the report, and from the event that each scope ends with ([`recorder`]).
//!
//! The first 64 requests are searches, one on each connection, which are all open at the same
//! moment (`together`): what comes later never has more arenas at once. So afterwards, in whatever
//! order threads do what they do, a search or a facet must not ask the allocator for a chunk. That
//! is as long as nothing takes arenas away: not the decay, not the bound on what is retained, not
//! the end of a thread, all of which are off here, and not another handler whose scopes take an
//! arena from the pool and outgrow it. Bodies that are too large do, so they are sent last, and are
//! not part of it; those before them need less than a quarter of a MiB.
//!
//! And of all that the search handler takes, more than nine tenths must come from its arena.

pub mod answers;
pub mod client;
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
use request_arena::{Report, report};
use tokio::runtime::Runtime;

use self::{
    client::Client,
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

/// Handlers whose arenas begin with the same chunk and are found again by each other.
const WITH_ROOM: [&str; 2] = ["search", "facets"];

/// With a peak of so much, a scope would take their arenas, and may outgrow them.
const LARGE: u64 = 256 << 10;

/// What the pool may keep: more than all arenas together.
const RETAIN_BYTES: usize = 256 << 20;

/// How long a thread may be idle. One that ends frees what it keeps, and tokio's blocking threads
/// do after ten seconds.
pub const KEEP_ALIVE: Duration = Duration::from_secs(24 * 3600);

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
    request_arena::configure(|settings| {
        (settings.decay, settings.retain_bytes) = (None, RETAIN_BYTES)
    });
    let recorder = Recorder::install()?;
    let bar = ProgressBar::new_spinner();
    let folder = tempfile::tempdir()?;
    let server = Server::start(0, folder.path(), Seed::Cities, &bar).await?;
    let reference = Arc::new(tokio::task::block_in_place(Reference::load)?);
    let Plan { together, mixed, large } = Plan::new(&reference);

    let bar = ProgressBar::new(REQUESTS as u64).with_message("Asking");
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
        "{REQUESTS} requests from {CONNECTIONS} connections, {} answers compared with the reference.",
        judge.compared()
    );
    if most_posted >= LARGE {
        failures.push(format!(
            "asked:    the most that a post needed before the large bodies\nexpected: less than {LARGE}\nanswered: {most_posted}"
        ));
    }
    failures.extend(arenas(&measured, &recorder, [&before, &after], &end));
    Ok(failures)
}

/// What the report must say when every request is answered.
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
            format!("chunks that {site} asked for after as many requests were open as ever are"),
            0,
            asked,
        );
    }
    let site = "search";
    let covered = end.site(site).and_then(table::coverage);
    if covered.is_none_or(|part| part <= COVERED) {
        failures.push(format!(
            "asked:    the arenas' part in what {site} took\nexpected: more than {COVERED}\nanswered: {covered:?}"
        ));
    }
    failures
}

/// `GET /arenas` must answer the report.
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
