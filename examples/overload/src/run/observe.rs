//! One run: a service in a group of its own, under load, watched from outside.

use std::fs;
use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, ensure};
use axum::http::StatusCode;
use loopback::Client;
use request_arena::doctor::Diagnosis;

use super::others::Ticks;
use super::process::{End, Service};
use super::watch::{Sample, Watch};
use crate::group::Parent;
use crate::load::{Load, Plan, Probe, Probed, Tally};

/// How often the runner looks whether the service still runs.
const LOOK: Duration = Duration::from_millis(5);

/// How long a process may take to end after its connections have broken.
const BREAKS: Duration = Duration::from_secs(1);

/// What is run.
#[derive(Clone, Debug)]
pub(crate) struct Setup<'a> {
    /// The name of the group and of the log.
    pub(crate) name: String,
    pub(crate) parent: &'a Parent,
    pub(crate) limit_bytes: u64,
    /// The folder of logs.
    pub(crate) folder: &'a Path,
    /// The service's arguments.
    pub(crate) arguments: Vec<String>,
    pub(crate) plan: Plan,
    /// How long the health of the idle service is probed before the load.
    pub(crate) idle: Duration,
    /// Whether the doctor examines the service once all requests are home.
    pub(crate) examined: bool,
}

/// What was seen.
#[derive(Debug)]
pub(crate) struct Observed {
    pub(crate) plan: Plan,
    pub(crate) limit_bytes: u64,
    /// When the service was gone, since the load's start, and how it ended. `None` if it outlived
    /// the load.
    pub(crate) died: Option<(Duration, End)>,
    /// The group's count of processes that the kernel killed.
    pub(crate) kills: u64,
    /// The most memory of the group, as the kernel counts it, or else as it was sampled.
    pub(crate) peak_bytes: u64,
    /// The memory before the load.
    pub(crate) before_bytes: u64,
    /// The memory from the load's start on.
    pub(crate) samples: Vec<Sample>,
    pub(crate) idle: Probed,
    pub(crate) loaded: Probed,
    pub(crate) tally: Tally,
    pub(crate) diagnosis: Option<Diagnosis>,
    /// The share (0 to 1) of the processors' time that other programs took. `None` if the service
    /// died.
    pub(crate) others: Option<f64>,
    /// The service's log.
    pub(crate) log: String,
}

/// Runs the service under its load until all requests are home, or until it is gone.
pub(crate) fn observe(setup: &Setup<'_>) -> anyhow::Result<Observed> {
    let run = || format!("the run `{}` failed", setup.name);
    let group = setup.parent.create(&setup.name, setup.limit_bytes)?;
    let log = setup.folder.join(format!("{}.log", setup.name));
    let mut service = Service::start(&group, &setup.arguments, &log).with_context(run)?;
    let addr = service.addr();
    let idle = Probe::idle(addr, setup.idle).with_context(run)?;
    if let Some(failed) = &idle.failed {
        anyhow::bail!("{}: the idle service failed: {failed}", run());
    }
    let before_bytes = group.files().usage()?.used;

    let ticks = Ticks::read(service.id())?;
    let watch = Watch::start(group.files().clone())?;
    let probe = Probe::start(addr)?;
    let load = Load::start(addr, setup.plan)?;
    let began = Instant::now();
    let mut died = None;
    while !load.is_over() {
        if died.is_none()
            && let Some(end) = service.ended()?
        {
            died = Some((began.elapsed(), end));
            load.give_up();
        }
        thread::sleep(LOOK);
    }
    let tally = load.join().with_context(run)?;
    let examined = (setup.examined && tally.lost.is_empty()).then(|| examine(addr));
    if died.is_none() && (!tally.lost.is_empty() || matches!(examined, Some(Err(_)))) {
        died = end_after_break(&mut service)?.map(|end| (began.elapsed(), end));
    }
    let diagnosis = match examined {
        Some(Err(error)) if died.is_none() => return Err(error).with_context(run),
        Some(examined) => examined.ok(),
        None => None,
    };
    let others = match died {
        None => Some(Ticks::read(service.id())?.others_since(ticks)),
        Some(_) => None,
    };
    let loaded = probe.stop().with_context(run)?;
    let samples = watch.stop().with_context(run)?;
    if died.is_none() {
        let end = service.stop()?;
        ensure!(end.is_success(), "{}: the service ended with {end}; see {}", run(), log.display());
    }
    let log = fs::read_to_string(&log).with_context(|| format!("the log {}", log.display()))?;
    let sampled = samples.iter().map(|sample| sample.usage.used).max().unwrap_or(0);
    Ok(Observed {
        plan: setup.plan,
        limit_bytes: group.limit_bytes(),
        died,
        kills: group.files().kills()?,
        peak_bytes: group.files().peak_bytes()?.unwrap_or(sampled),
        before_bytes,
        samples,
        idle,
        loaded,
        tally,
        diagnosis,
        others,
        log,
    })
}

impl Observed {
    /// Whether the kernel killed the service for its memory.
    pub(crate) fn is_killed(&self) -> bool {
        self.kills > 0 && self.died.is_some_and(|(_, end)| end.is_by_kill())
    }

    /// The first warning of the service's log that has these words.
    pub(crate) fn log_line(&self, words: &str) -> Option<String> {
        self.warnings().find(|line| line.contains(words)).map(Into::into)
    }

    /// The last warning of the service's log.
    pub(crate) fn last_warning(&self) -> Option<String> {
        self.warnings().last().map(Into::into)
    }

    fn warnings(&self) -> impl Iterator<Item = &str> {
        self.log.lines().filter(|line| line.contains(" WARN "))
    }
}

/// How the service has ended after a connection broke. A process can be waited for a moment later.
fn end_after_break(service: &mut Service) -> anyhow::Result<Option<End>> {
    let broken = Instant::now();
    while broken.elapsed() < BREAKS {
        if let Some(end) = service.ended()? {
            return Ok(Some(end));
        }
        thread::sleep(LOOK);
    }
    Ok(None)
}

/// Asks the service for the doctor's diagnosis.
fn examine(addr: std::net::SocketAddr) -> anyhow::Result<Diagnosis> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let answer = runtime.block_on(async { Client::connect(addr).await?.get("/doctor").await })?;
    let body = String::from_utf8_lossy(&answer.body).into_owned();
    ensure!(answer.status == StatusCode::OK, "/doctor: {}: {body}", answer.status);
    serde_json::from_str(&body).context("/doctor")
}
