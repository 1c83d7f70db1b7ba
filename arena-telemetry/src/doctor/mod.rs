//! The doctor: which of the ways in which a service's memory climbs it is, with evidence and remedy.
//!
//! ```
//! use request_arena_telemetry::doctor::{Doctor, Options};
//!
//! let doctor = Doctor::start(Options::default());
//! // The service runs; and after some minutes:
//! println!("{}", doctor.diagnose());
//! ```
//!
//! An operator sees one line that climbs. What is behind it shows in different figures, and each [`Mode`] has a mechanism of its own and a sign that tells it from the others; they stand in the
//! files of the modes, with where each threshold comes from. Nothing is found in a healthy service: a cache that fills up slows down, a burst that is over decays, a mapped file is file pages, and a batch
//! job needs again what it kept.
//!
//! # What it is told
//!
//! It needs nothing. It knows request-arena's scopes, the allocator and `/proc`. It says more if it is told of
//!
//! * requests that have no scope: [`requests`],
//! * arenas of the program's own that live long: [`metered`], or a [`Meter`] beside one,
//! * what is live, where the allocator does not say (mimalloc): [`Counted`](request_arena_core::heap::Counted) around it,
//! * latencies, and phases that they may have to do with: [`latency`], [`activity`].
//!
//! # What it costs
//!
//! A thread of its own takes a reading a second: counters of the kernel, of the allocator and of request-arena. COST
//! glibc's figures take a walk over its free chunks, so they are asked for seldom enough that it stays so. The
//! history is ten minutes of readings, and a day of one a minute; [`Doctor::MOST_BYTES`] at most.
//!
//! [`Doctor::diagnose`] reads the process's maps, for which the kernel walks over its page tables: 10 to 20 ms for each GiB of physical memory.

use core::time::Duration;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::Instant;

mod account;
mod advice;
mod case;
mod experiment;
mod finding;
mod growth;
mod history;
mod latency;
mod levels;
mod maps;
mod metered;
mod mode;
mod modes;
mod options;
mod probe;
mod reading;
mod report;
mod sampler;
mod tail;
mod windows;
mod workload;

pub use self::account::{Account, Class};
use self::case::Case;
pub use self::finding::{Confidence, Evidence, Finding, Unit};
pub use self::latency::{Latency, latency};
use self::maps::Maps;
pub use self::metered::{Meter, MeteredBump, metered};
pub use self::mode::Mode;
pub use self::options::{Experiments, Options};
pub use self::probe::{HeapReading, Probe, Serves};
pub use self::report::{Advice, Allocator, Readings, Report};
use self::sampler::Sampler;
pub use self::workload::{Activity, REMOTE_FREES, activity, requests};

/// A running sampler: a thread of its own, which takes a reading every [interval](Options::interval) into a bounded history. It ends when
/// this is dropped.
#[derive(Debug)]
pub struct Doctor {
    sampler: Arc<Sampler>,
    thread: Option<JoinHandle<()>>,
    experiments: Experiments,
    /// When the last experiment was that nobody asked for.
    examined: Mutex<Option<Instant>>,
}

impl Doctor {
    /// Bytes that its history takes at most.
    pub const MOST_BYTES: usize = history::History::MOST_BYTES;

    /// Starts the sampler. If the system has no thread for it, it warns, and only [`sample`](Self::sample) takes readings.
    #[must_use]
    pub fn start(options: Options) -> Self {
        let sampler = Arc::new(Sampler::new(options.probes));
        let running = Arc::clone(&sampler);
        let interval = options.interval.max(Duration::from_millis(1));
        let thread = thread::Builder::new().name("arena-doctor".into()).spawn(move || running.run(interval));
        let thread = thread.inspect_err(|error| {
            tracing::warn!(target: "request_arena", "the doctor's thread does not start ({error}): it takes readings only when `sample()` is called");
        });
        Self { sampler, thread: thread.ok(), experiments: options.experiments, examined: Mutex::new(None) }
    }

    /// Takes a reading now, for programs and tests that cannot wait.
    pub fn sample(&self) {
        self.sampler.sample(true);
    }

    /// Judges the history, with a reading of now. It runs no experiment, unless [`Experiments::WhenNeeded`] was chosen.
    #[must_use]
    pub fn diagnose(&self) -> Report {
        let report = self.judge(false);
        let is_due = || {
            let mut last = self.examined.lock().unwrap_or_else(PoisonError::into_inner);
            let is_due = last.is_none_or(|last| last.elapsed() >= Experiments::PAUSE);
            if is_due {
                *last = Some(Instant::now());
            }
            is_due
        };
        let is_needed =
            || report.findings.iter().any(|finding| matches!(finding.mode, Mode::Retention | Mode::Fragmentation));
        if self.experiments == Experiments::WhenNeeded && is_needed() && is_due() { self.judge(true) } else { report }
    }

    /// As [`diagnose`](Self::diagnose), and tells retention from fragmentation by having the allocators give back what they can, which costs
    /// milliseconds to seconds. What they kept is gone then.
    #[must_use]
    pub fn examine(&self) -> Report {
        self.judge(self.experiments != Experiments::Never)
    }

    fn judge(&self, experiment: bool) -> Report {
        let mut state = self.sampler.sampled();
        let maps = Maps::read(&state.probes).unwrap_or_default();
        let Some(report) = state.report.clone() else { return Report::default() };
        let account = state.history.last().map(|last| Account::of(last, &maps, &state.known)).unwrap_or_default();
        let released = experiment.then(|| experiment::release(&mut state, &maps)).flatten();
        let mut tails = latency::read();
        tails.extend(state.windows.tails());
        let case = Case::of(&state, &maps, &account, &report, tails, released);
        let findings = modes::judge(&case);
        let readings = Readings::of(&state.history);
        let allocators = state.known.iter().map(Allocator::of).collect();
        let advice = advice::of(&report.sites);
        Report { findings, account, allocators, advice, readings }
    }
}

impl Drop for Doctor {
    fn drop(&mut self) {
        self.sampler.stop();
        if let Some(thread) = self.thread.take() {
            // A sampler that panicked has nothing left to say.
            let _ = thread.join();
        }
    }
}
