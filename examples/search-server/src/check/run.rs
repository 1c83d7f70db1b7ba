//! Runs a plan: many connections take units from one queue, and time every request.

use std::{
    collections::BTreeMap,
    io,
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Instant,
};

use hdrhistogram::Histogram;
use loopback::{Answer, Client};
use tokio::task::JoinSet;

use super::step::{Step, Unit};

/// The longest time in the histogram, in microseconds. Longer ones count as this.
const MOST_US: u64 = 60_000_000;

/// The clients' figures of one handler.
#[derive(Clone, Debug)]
pub(crate) struct Handler {
    /// The time from sending a request to the end of its answer, in microseconds.
    pub(super) latency_us: Histogram<u64>,
}

impl Handler {
    /// The number of answered requests.
    pub(crate) fn requests(&self) -> u64 {
        self.latency_us.len()
    }
}

/// The clients' figures, by handler.
#[derive(Clone, Debug, Default)]
pub(crate) struct Measured {
    handlers: BTreeMap<&'static str, Handler>,
}

impl Measured {
    /// The handlers with requests, by name.
    pub(crate) fn handlers(&self) -> impl Iterator<Item = (&'static str, &Handler)> {
        self.handlers.iter().map(|(&name, handler)| (name, handler))
    }

    fn record(&mut self, name: &'static str, since: Instant) -> io::Result<()> {
        let took = u64::try_from(since.elapsed().as_micros()).unwrap_or(MOST_US).clamp(1, MOST_US);
        self.handler(name)?.latency_us.record(took).map_err(io::Error::other)
    }

    fn handler(&mut self, name: &'static str) -> io::Result<&mut Handler> {
        let latency_us = Histogram::new_with_bounds(1, MOST_US, 3).map_err(io::Error::other)?;
        Ok(self.handlers.entry(name).or_insert(Handler { latency_us }))
    }

    /// Adds the figures of another run.
    pub(super) fn add(&mut self, other: &Self) -> io::Result<()> {
        for (name, handler) in other.handlers() {
            self.handler(name)?.latency_us.add(&handler.latency_us).map_err(io::Error::other)?;
        }
        Ok(())
    }
}

/// Sends `units` in order over `connections` connections, and begins again after the last one. It
/// sends the units with numbers, from 0 on, for which `goes_on` is true. It calls `seen` with every
/// answer.
pub(crate) async fn run(
    addr: SocketAddr,
    units: Vec<Unit>,
    connections: usize,
    goes_on: impl Fn(usize) -> bool + Clone + Send + Sync + 'static,
    seen: impl Fn(&Step, io::Result<Answer>) + Clone + Send + 'static,
) -> io::Result<Measured> {
    let units = Arc::new(units);
    let next = Arc::new(AtomicUsize::new(0));
    let mut workers = JoinSet::new();
    for _ in 0..connections {
        let (units, next, goes_on, seen) =
            (Arc::clone(&units), Arc::clone(&next), goes_on.clone(), seen.clone());
        workers.spawn(async move {
            let mut client = Client::connect(addr).await?;
            let mut measured = Measured::default();
            let take =
                || Some(next.fetch_add(1, Ordering::Relaxed)).filter(|&number| goes_on(number));
            while let Some(number) = take() {
                for step in &units[number % units.len()] {
                    let since = Instant::now();
                    let answer = client.send(&step.request).await;
                    measured.record(step.handler, since)?;
                    seen(step, answer);
                }
            }
            Ok::<_, io::Error>(measured)
        });
    }
    let mut all = Measured::default();
    while let Some(measured) = workers.join_next().await {
        all.add(&measured.map_err(io::Error::other)??)?;
    }
    Ok(all)
}
