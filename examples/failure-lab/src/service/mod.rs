//! What the services have in common: a stage where sizes are drawn and data is prepared, then
//! requests at a rate, idle windows, phases that are told, and the doctor, who looks on from the
//! opening to the examination.

mod crew;
mod draw;
mod request;

use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::Context;
use request_arena::doctor::{Doctor, Options};
use request_arena::process;

pub(crate) use self::crew::{Crew, Work};
pub(crate) use self::draw::{Draw, Drawn};
pub(crate) use self::request::Request;
use crate::protocol::{Examined, Line, Phase};
use crate::worker::{Allocator, tell};

/// Time goes ten times as fast here: a service lives for seconds, so the doctor takes readings as
/// many as of one that lives for minutes, and what lasts for a second lasts.
const INTERVAL: Duration = Duration::from_millis(50);
const SETTLE: Duration = Duration::from_secs(1);
/// How often requests that are due are handed out.
const TICK: Duration = Duration::from_millis(1);

/// A service before it opens.
#[derive(Debug)]
pub(crate) struct Stage {
    /// Its sizes, rates and counts.
    pub(crate) draw: Draw,
    allocator: Allocator,
}

/// A service that is open. The doctor looks on until [`examine`](Self::examine).
pub(crate) struct Service {
    stage: Stage,
    doctor: Doctor,
    front: Crew,
    opened: Instant,
    requests: u64,
}

impl Stage {
    pub(crate) fn new(draw: Draw, allocator: &Allocator) -> Self {
        Self { draw, allocator: allocator.clone() }
    }

    /// Opens the service, with `threads` that answer requests.
    pub(crate) fn open(self, threads: usize) -> anyhow::Result<Service> {
        let front = Crew::hire("front", threads)?;
        let doctor = Doctor::start(Options {
            interval: INTERVAL,
            settle: SETTLE,
            watch: None,
            ..Options::default()
        });
        let mut service =
            Service { stage: self, doctor, front, opened: Instant::now(), requests: 0 };
        service.idle("open", Duration::from_millis(200))?;
        Ok(service)
    }

    /// A service that is called at these rates, a second each, with nobody asking in between, and
    /// is examined. What `handler` shares is held until then.
    pub(crate) fn at_rates(
        self,
        phase: &str,
        threads: usize,
        rates: impl IntoIterator<Item = u64>,
        handler: impl Fn(&mut Request) + Clone + Send + Sync + 'static,
    ) -> anyhow::Result<Examined> {
        let mut service = self.open(threads)?;
        for rate in rates {
            service.serve(phase, rate, Duration::from_secs(1), handler.clone())?;
            service.idle("idle", Duration::from_millis(600))?;
        }
        service.examine()
    }
}

impl Service {
    /// Has requests answered at `rate` a second. If they take longer than that, they wait in
    /// queues, and then at the door.
    pub(crate) fn serve(
        &mut self,
        phase: &str,
        rate: u64,
        time: Duration,
        handler: impl Fn(&mut Request) + Send + Sync + 'static,
    ) -> anyhow::Result<()> {
        let work: Work = Arc::new(move |number| handler(&mut Request::new(number)));
        let before = self.requests;
        let began = Instant::now();
        while began.elapsed() < time {
            let due = u64::try_from(began.elapsed().as_micros())? * rate / 1_000_000;
            while self.requests - before < due {
                self.front.give(self.requests, &work)?;
                self.requests += 1;
            }
            thread::sleep(TICK);
        }
        self.front.rest()?;
        self.told(phase)
    }

    /// No requests for a while.
    pub(crate) fn idle(&mut self, phase: &str, time: Duration) -> anyhow::Result<()> {
        thread::sleep(time);
        self.told(phase)
    }

    /// The threads that answer requests.
    pub(crate) fn front(&self) -> &Crew {
        &self.front
    }

    /// Tells that a phase is over, with raw readings.
    pub(crate) fn told(&mut self, name: &str) -> anyhow::Result<()> {
        let process = process::read().context("the process's memory")?;
        tell(&Line::Phase(Phase {
            name: name.to_owned(),
            at_ms: u64::try_from(self.opened.elapsed().as_millis())?,
            requests: self.requests,
            anonymous_bytes: process.anonymous_bytes,
            file_bytes: process.file_bytes,
            heap: (self.stage.allocator.heap)(),
        }))
    }

    /// Has the doctor examine the service as it stands: what it holds must still be held.
    pub(crate) fn examine(mut self) -> anyhow::Result<Examined> {
        // First, as whatever allocates may have an allocator give back what it kept.
        let report = self.doctor.diagnose_with_purge();
        let mut timeline = self.doctor.timeline();
        // What the allocators were then made to give back is not of the service's own doing.
        timeline.fine.truncate(report.readings.count);
        self.told("examined")?;
        Ok(Examined {
            allocator_version: self.stage.allocator.version.clone(),
            drawn: self.stage.draw.drawn().to_vec(),
            report,
            timeline,
            waited_share: waited()?.as_secs_f64() / self.opened.elapsed().as_secs_f64(),
        })
    }
}

/// How long the thread of this process that waited most for a processor has waited.
fn waited() -> anyhow::Result<Duration> {
    let tasks = procfs::process::Process::myself().and_then(|process| process.tasks());
    let tasks = tasks.context("the threads of the process")?;
    // A thread that has ended meanwhile waits no more.
    let waited =
        tasks.flatten().filter_map(|task| task.schedstat().ok()).map(|times| times.run_delay);
    Ok(Duration::from_nanos(waited.max().unwrap_or(0)))
}
