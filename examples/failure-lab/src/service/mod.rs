//! What the services share. A stage draws the sizes and prepares the data. Then the service opens,
//! serves requests at a rate, idles, and reports its phases. The doctor watches from the opening to
//! the examination.

mod crew;
mod draw;
mod live;
mod request;

use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::Context;
use request_arena::doctor::{Doctor, Options};
use request_arena::process;
use worker_harness::{Installed, messages};

pub(crate) use self::crew::{Crew, Work};
pub(crate) use self::draw::Draw;
pub(crate) use self::live::ensure_live;
pub(crate) use self::request::Request;
use crate::protocol::{Examined, Line, Phase};

/// Time is ten times as fast here: a service lives for seconds and not for minutes. So the doctor
/// takes as many readings as of a real service, and a value that persists for a second counts.
const INTERVAL: Duration = Duration::from_millis(50);
const SETTLE: Duration = Duration::from_secs(1);
/// How often due requests are given to the threads.
const TICK: Duration = Duration::from_millis(1);

/// A service before it opens.
#[derive(Debug)]
pub(crate) struct Stage {
    /// Its sizes, rates and counts.
    pub(crate) draw: Draw,
    allocator: Installed,
}

/// An open service. The doctor watches it until [`examine`](Self::examine).
pub(crate) struct Service {
    stage: Stage,
    doctor: Doctor,
    front: Crew,
    opened: Instant,
    requests: u64,
}

impl Stage {
    pub(crate) fn new(draw: Draw, allocator: Installed) -> Self {
        Self { draw, allocator }
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

    /// Serves requests at each of these rates for a second, with idle time in between, and examines
    /// the service. What `handler` shares lives until then.
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
    /// Serves requests at `rate` per second. Requests that cannot be served in time wait in the
    /// queues of the threads, and then outside of the service.
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
        self.end_phase(phase)
    }

    /// No requests for a while.
    pub(crate) fn idle(&mut self, phase: &str, time: Duration) -> anyhow::Result<()> {
        thread::sleep(time);
        self.end_phase(phase)
    }

    /// The threads that answer requests.
    pub(crate) fn front(&self) -> &Crew {
        &self.front
    }

    /// Reports that a phase is over, with raw readings.
    pub(crate) fn end_phase(&mut self, name: &str) -> anyhow::Result<()> {
        let process = process::read().context("the process's memory cannot be read")?;
        messages::send(&Line::Phase(Phase {
            name: name.to_owned(),
            at_ms: u64::try_from(self.opened.elapsed().as_millis())?,
            requests: self.requests,
            anonymous_bytes: process.anonymous_bytes,
            file_bytes: process.file_bytes,
            heap: (self.stage.allocator.heap)(),
        }))
    }

    /// Has the doctor examine the service. What the service holds must still be alive.
    pub(crate) fn examine(mut self) -> anyhow::Result<Examined> {
        // The examination comes first, as an allocation may make an allocator give memory back.
        let report = self.doctor.diagnose_with_purge();
        let mut timeline = self.doctor.timeline();
        // Later readings show memory that the examination made the allocators give back.
        timeline.fine.truncate(report.readings.count);
        self.end_phase("examined")?;
        Ok(Examined {
            allocator_version: self.stage.allocator.version.clone().unwrap_or_default(),
            drawn: self.stage.draw.drawn().to_vec(),
            report,
            timeline,
            flamegraph: flamegraph()?,
            waited_share: waited()?.as_secs_f64() / self.opened.elapsed().as_secs_f64(),
        })
    }
}

/// The live heap as a flame graph. `None` if the allocator does not profile.
#[cfg(feature = "flamegraph")]
fn flamegraph() -> anyhow::Result<Option<String>> {
    use request_arena::doctor::HeapProfile;

    if HeapProfile::check().is_err() {
        return Ok(None);
    }
    Ok(Some(HeapProfile::take()?.to_flamegraph()?))
}

/// Only jemalloc profiles.
#[cfg(not(feature = "flamegraph"))]
fn flamegraph() -> anyhow::Result<Option<String>> {
    Ok(None)
}

/// The time that the thread which waited most for a processor has waited.
fn waited() -> anyhow::Result<Duration> {
    let tasks = procfs::process::Process::myself().and_then(|process| process.tasks());
    let tasks = tasks.context("the threads of the process cannot be listed")?;
    // A thread that has just ended no longer waits.
    let waited =
        tasks.flatten().filter_map(|task| task.schedstat().ok()).map(|times| times.run_delay);
    Ok(Duration::from_nanos(waited.max().unwrap_or(0)))
}
