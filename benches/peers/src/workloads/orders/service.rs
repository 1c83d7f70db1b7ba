//! The service of orders over sockets: 64 connections in a closed loop post orders.

use std::net::SocketAddr;

use anyhow::{Context, ensure};
use loopback::{Ask, Client};
use worker_harness::Installed;

use super::documents::SIZES;
use super::{candidate_named, candidates};
use crate::protocol::{Effort, Figure, Unit};
use crate::service::{OrderHandlers, Server, closed};
use crate::workloads::Workload;

/// How many sizes of orders are posted: all but the largest.
const POSTED: usize = 3;

/// The bytes of orders in one load.
const BYTES: usize = 160 << 20;

/// The most orders in one load.
const MOST: usize = 60_000;

/// The workload `orders-service`.
pub(crate) struct Service;

impl Workload for Service {
    fn name(&self) -> &'static str {
        "orders-service"
    }

    fn about(&self) -> &'static str {
        "The service of orders over sockets: `POST /quotes`, on arenas and on the heap. The server \
         is a new process each time. The worker sends the requests, on one thread of the same \
         machine, and takes its part of the cores. Each of 64 connections sends its next request \
         after the last answer."
    }

    fn rounds(&self, effort: Effort) -> usize {
        effort.choose(1, 2, 9)
    }

    fn bases(&self) -> &'static [&'static str] {
        &["heap"]
    }

    fn candidates(&self, _: &Installed) -> Result<Vec<&'static str>, String> {
        Ok(OrderHandlers::NAMES.to_vec())
    }

    fn measure(
        &self,
        candidate: &str,
        effort: Effort,
        _: &Installed,
    ) -> anyhow::Result<Vec<Figure>> {
        let server = Server::of_orders(OrderHandlers::named(candidate)?)?;
        let mut figures = Vec::new();
        for size in &SIZES[..POSTED] {
            let documents = size.documents();
            check(server.addr(), documents).with_context(|| size.name)?;
            let most = (BYTES / documents[0].len()).min(MOST);
            let number = effort.choose(most.min(64), most / 16, most);
            let asks: Vec<Ask> = documents.iter().cycle().take(number).map(|it| ask(it)).collect();
            closed(server.addr(), &asks[..number / 4])?;
            let load = closed(server.addr(), &asks)?;
            let throughput = load.throughput();
            figures.push(Figure::new(
                format!("{}, throughput", size.name),
                Unit::PerSecond,
                throughput,
            ));
            figures.extend(load.latencies.figures(&format!("{}, ", size.name)));
        }
        if let Some(memory) = server.memory()? {
            figures.push(Figure::new("peak RSS", Unit::Bytes, memory.peak as f64));
        }
        Ok(figures)
    }
}

fn ask(order: &[u8]) -> Ask {
    Ask::post("/quotes", "application/json", order.to_vec())
}

/// Compares the server's answers with those of the heap in-process.
fn check(addr: SocketAddr, documents: &[Vec<u8>]) -> anyhow::Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let mut heap = candidate_named(candidates::BASE)?;
    runtime.block_on(async {
        let mut client = Client::connect(addr).await?;
        for document in documents {
            let answer = client.send(&ask(document)).await?;
            let mut same = false;
            heap.answer(document, &mut |expected| same = answer.body == expected);
            ensure!(
                same,
                "the answer differs from the heap's: {} {}",
                answer.status,
                String::from_utf8_lossy(&answer.body)
            );
        }
        Ok(())
    })
}
