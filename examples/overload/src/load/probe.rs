//! Asks the service for its health every few milliseconds, and for the gate's figures several times
//! a second. It has a thread of its own, so that the load's clients do not delay it.

use std::net::SocketAddr;
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use anyhow::{Context, anyhow, ensure};
use axum::body::Bytes;
use axum::http::StatusCode;
use loopback::Client;
use tokio::sync::oneshot;
use tokio::time::{self, MissedTickBehavior};

use super::tally::Times;
use crate::service::Figures;

const HEALTH_EVERY: Duration = Duration::from_millis(10);
const FIGURES_EVERY: Duration = Duration::from_millis(100);

/// The gate's figures at one moment.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Reading {
    /// Since the probe's start.
    pub(crate) at: Duration,
    pub(crate) figures: Figures,
}

/// What the probe has seen.
#[derive(Debug, Default)]
pub(crate) struct Probed {
    /// The times of health checks.
    pub(crate) health: Times,
    /// The gate's figures, if there is a gate.
    pub(crate) readings: Vec<Reading>,
    /// Why the probe ended before it was stopped.
    pub(crate) failed: Option<String>,
}

/// A running probe.
#[derive(Debug)]
pub(crate) struct Probe {
    thread: JoinHandle<anyhow::Result<Probed>>,
    stop: oneshot::Sender<()>,
}

impl Probe {
    pub(crate) fn start(addr: SocketAddr) -> anyhow::Result<Self> {
        let (stop, stopped) = oneshot::channel();
        let thread = thread::Builder::new().name("probe".into());
        let thread = thread.spawn(move || run(addr, stopped)).context("no thread")?;
        Ok(Self { thread, stop })
    }

    /// Probes an idle service for this time.
    pub(crate) fn idle(addr: SocketAddr, time: Duration) -> anyhow::Result<Probed> {
        let probe = Self::start(addr)?;
        thread::sleep(time);
        probe.stop()
    }

    /// Ends the probe.
    pub(crate) fn stop(self) -> anyhow::Result<Probed> {
        // The probe has ended already if the service has.
        let _ = self.stop.send(());
        self.thread.join().map_err(|_| anyhow!("the probe's thread panicked"))?
    }
}

fn run(addr: SocketAddr, stopped: oneshot::Receiver<()>) -> anyhow::Result<Probed> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let mut probed = Probed::default();
    let Probed { health, readings, .. } = &mut probed;
    let failed = runtime.block_on(async {
        tokio::select! {
            _ = stopped => None,
            ended = ask_health(addr, health) => ended.err(),
            ended = ask_figures(addr, readings) => ended.err(),
        }
    });
    probed.failed = failed.map(|error| format!("{error:#}"));
    Ok(probed)
}

async fn ask_health(addr: SocketAddr, times: &mut Times) -> anyhow::Result<()> {
    let mut client = Client::connect(addr).await?;
    let mut ticks = ticks(HEALTH_EVERY);
    loop {
        ticks.tick().await;
        let asked = Instant::now();
        get(&mut client, "/health").await?;
        times.record(asked.elapsed());
    }
}

async fn ask_figures(addr: SocketAddr, readings: &mut Vec<Reading>) -> anyhow::Result<()> {
    let began = Instant::now();
    let mut client = Client::connect(addr).await?;
    let mut ticks = ticks(FIGURES_EVERY);
    loop {
        ticks.tick().await;
        let body = get(&mut client, "/admission").await?;
        let figures: Option<Figures> = serde_json::from_slice(&body).context("/admission")?;
        readings.extend(figures.map(|figures| Reading { at: began.elapsed(), figures }));
    }
}

fn ticks(every: Duration) -> time::Interval {
    let mut ticks = time::interval(every);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    ticks
}

async fn get(client: &mut Client, target: &str) -> anyhow::Result<Bytes> {
    let answer = client.get(target).await.with_context(|| target.to_owned())?;
    ensure!(answer.status == StatusCode::OK, "the answer to {target} is {}", answer.status);
    Ok(answer.body)
}
