//! Searches while documents are indexed: how the allocations and frees of other threads change the
//! tails.

use std::{
    net::SocketAddr,
    sync::atomic::{AtomicBool, Ordering},
    thread,
};

use anyhow::{anyhow, bail};
use axum::http::StatusCode;
use loopback::{Ask, Client};
use serde_json::json;
use worker_harness::Installed;

use super::Workload;
use crate::protocol::{Effort, Figure, Unit};
use crate::service::{Handlers, Index, Load, Server, closed, open};

/// The rate of searches, as a part of the capacity without indexing.
const PART: f64 = 0.3;

/// Documents in a post.
const BATCH: u32 = 200;

/// This many batches have ids of their own. Later ones replace them, so that the index stops
/// growing.
const BATCHES: u32 = 8;

/// The ids of the data are smaller.
const FIRST_ID: u32 = 1_000_000;

/// The workload `indexing`.
pub(super) struct Indexing;

impl Workload for Indexing {
    fn name(&self) -> &'static str {
        "indexing"
    }

    fn about(&self) -> &'static str {
        "Searches over sockets at 30 % of capacity, in an open loop, without and with indexing. \
         One more connection then posts batches of 200 documents as fast as the server takes them. \
         One thread reads the posted documents, and another one drops them."
    }

    fn rounds(&self, effort: Effort) -> usize {
        effort.choose(1, 1, 5)
    }

    fn bases(&self) -> &'static [&'static str] {
        &["heap"]
    }

    fn candidates(&self, _: &Installed) -> Result<Vec<&'static str>, String> {
        Ok(Handlers::NAMES.to_vec())
    }

    fn measure(
        &self,
        candidate: &str,
        effort: Effort,
        _: &Installed,
    ) -> anyhow::Result<Vec<Figure>> {
        let filled = Index::filled()?;
        let asks = filled.asks(effort.choose(100, 600, 8_000))?;
        let index = filled.copy()?;
        let server = Server::start(Handlers::named(candidate)?, &index)?;
        let rate = PART * closed(server.addr(), &asks)?.throughput();
        let mut figures = Vec::new();
        let calm = open(server.addr(), &asks, rate)?;
        let (busy, indexed) = while_indexing(server.addr(), || open(server.addr(), &asks, rate))?;
        for (what, load) in [("calm, ", &calm), ("indexing, ", &busy)] {
            figures.extend(load.latencies.figures(what).chain([load.latencies.most(what)]));
        }
        figures.push(Figure::new(
            "indexing, documents",
            Unit::PerSecond,
            f64::from(indexed) / busy.took.as_secs_f64(),
        ));
        Ok(figures)
    }
}

/// Posts batches during `load`, at least one. Gives the number of indexed documents.
fn while_indexing(
    addr: SocketAddr,
    load: impl FnOnce() -> anyhow::Result<Load>,
) -> anyhow::Result<(Load, u32)> {
    let done = AtomicBool::new(false);
    thread::scope(|scope| {
        let posting = scope.spawn(|| post(addr, &done));
        let load = load();
        done.store(true, Ordering::Relaxed);
        let indexed =
            posting.join().map_err(|_| anyhow!("the thread that posts documents panicked"))??;
        Ok((load?, indexed))
    })
}

fn post(addr: SocketAddr, done: &AtomicBool) -> anyhow::Result<u32> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        let mut client = Client::connect(addr).await?;
        let mut indexed = 0;
        for number in 0.. {
            let answer = client.send(&batch(number)).await?;
            if answer.status != StatusCode::CREATED {
                bail!(
                    "the answer to a batch is {}: {}",
                    answer.status,
                    String::from_utf8_lossy(&answer.body)
                );
            }
            indexed += BATCH;
            if done.load(Ordering::Relaxed) {
                break;
            }
        }
        Ok(indexed)
    })
}

/// A batch. The names differ each time and begin with digits, so no search of the check finds them.
fn batch(number: u32) -> Ask {
    let first = FIRST_ID + number % BATCHES * BATCH;
    let documents = (first..first + BATCH).map(|id| {
        let name = format!("000{:x} 000{:x} {}", id, id ^ number, number % 7);
        json!({
            "id": id, "name": name, "lat": 1.5, "lng": -2.25,
            "country": "ZZ", "admin1": "01", "admin2": "0203",
        })
    });
    let body = serde_json::Value::from_iter(documents).to_string();
    Ask::post("/documents", "application/json", body)
}
