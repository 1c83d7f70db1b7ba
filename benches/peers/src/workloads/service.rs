//! The search service over sockets: 64 connections in a closed loop, and then an open loop at 70 %
//! of that throughput.

use std::{thread, time::Duration};
use worker_harness::Installed;

use super::Workload;
use crate::protocol::{Effort, Figure, Unit};
use crate::service::{Handlers, Index, Server, closed, open};

/// The rate of the open loop, as a part of the closed loop's throughput.
const PART: f64 = 0.7;

/// The workload `service`.
pub(super) struct Service;

impl Workload for Service {
    fn name(&self) -> &'static str {
        "service"
    }

    fn about(&self) -> &'static str {
        "The search service over sockets. The server is a new process each time. The worker sends \
         the requests, on one thread of the same machine, and takes its part of the cores. Closed \
         loop: each of 64 connections sends its next request after the last answer. Open loop: \
         requests come at 70 % of that throughput, and a latency begins when its request is due. \
         RSS contains the pages of the index. It is settled after a time without connections."
    }

    fn rounds(&self, effort: Effort) -> usize {
        effort.choose(1, 2, 5)
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
        let index = Index::filled()?;
        let server = Server::start(Handlers::named(candidate)?, &index)?;
        let asks = index.asks(effort.choose(100, 2_500, 15_000))?;
        closed(server.addr(), &asks[..asks.len() / 5])?;
        let mut figures = Vec::new();
        let load = closed(server.addr(), &asks)?;
        let capacity = load.throughput();
        figures.push(Figure::new("closed loop, throughput", Unit::PerSecond, capacity));
        figures.extend(load.latencies.figures("closed loop, "));
        let load = open(server.addr(), &asks, PART * capacity)?;
        figures.push(Figure::new("open loop, throughput", Unit::PerSecond, load.throughput()));
        figures.extend(load.latencies.figures("open loop, "));
        if let Some(memory) = server.memory()? {
            figures.push(Figure::new("peak RSS", Unit::Bytes, memory.peak as f64));
        }
        thread::sleep(Duration::from_millis(effort.choose(0, 250, 5_000)));
        if let Some(memory) = server.memory()? {
            figures.push(Figure::new("settled RSS", Unit::Bytes, memory.now as f64));
            figures.push(Figure::new(
                "settled RSS, anonymous",
                Unit::Bytes,
                memory.anonymous as f64,
            ));
        }
        Ok(figures)
    }
}
