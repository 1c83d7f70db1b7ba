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
//! * what is live, where the allocator does not say (mimalloc): [`Counted`](request_arena_core::heap::Counted) around it, which also tells what scopes take from the heap,
//! * latencies, and phases that they may have to do with: [`latency`], [`activity`],
//! * who allocates: with the feature `heap-profile` and jemalloc's sampling on, growth is explained by [`Owners`], and an arena that nobody named is found and named.
//!
//! # What it costs
//!
//! A thread of its own takes a reading a second: counters of the kernel, of the allocator and of request-arena. That is 0.3 to 0.4 ms of processor time, 0.04 % of one
//! core (release build, 100 MiB of heap, on jemalloc, glibc and mimalloc; the test `doctor_cost` measures it by the kernel's account of that thread, and fails from 0.1 % on).
//! glibc's figures take a walk over its free chunks, so they are asked for seldom enough that it stays so. The history is ten minutes of readings, and a day of one a
//! minute; [`Doctor::MOST_BYTES`] at most, and 1 MiB in a process of few handlers and named arenas.
//!
//! Where jemalloc samples who allocates (feature `heap-profile`), a profile is taken every ten minutes, and two are compared when something grows: `docs/heap-profile.md` has the figures.
//!
//! [`Doctor::diagnose`] reads the process's maps, for which the kernel walks over its page tables: 10 to 20 ms for each GiB of physical memory.

use core::time::Duration;
#[cfg(feature = "heap-profile")]
use std::sync::MutexGuard;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::Instant;

use request_arena_core::heap;

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
mod profile;
mod reading;
mod report;
mod sampler;
mod tail;
mod watch;
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
#[cfg(feature = "heap-profile")]
use self::profile::Kept;
#[cfg(feature = "heap-profile")]
pub use self::profile::{HeapProfile, HeapProfileError};
pub use self::profile::{Owner, Owners};
pub use self::report::{Advice, Allocator, Readings, Report};
use self::sampler::Sampler;
use self::watch::Watch;
pub use self::workload::{Activity, REMOTE_FREES, activity, requests};

/// A running sampler: a thread of its own, which takes a reading every [interval](Options::interval) into a bounded history, and judges it
/// [once a minute](Options::watch). It ends when this is dropped.
#[derive(Debug)]
pub struct Doctor {
    practice: Arc<Practice>,
    thread: Option<JoinHandle<()>>,
}

/// What the thread and the owner share.
#[derive(Debug)]
struct Practice {
    sampler: Sampler,
    experiments: Experiments,
    settle: Duration,
    /// When the last experiment was that nobody asked for.
    examined: Mutex<Option<Instant>>,
    /// Profiles of the heap, to compare with.
    #[cfg(feature = "heap-profile")]
    profiles: Mutex<Kept>,
}

impl Doctor {
    /// Bytes that its history takes at most.
    pub const MOST_BYTES: usize = history::History::MOST_BYTES;

    /// Starts the sampler. If the system has no thread for it, it warns, and only [`sample`](Self::sample) takes readings.
    #[must_use]
    pub fn start(options: Options) -> Self {
        if heap::live_bytes().is_some() {
            // It counts for scopes, too, unless somebody has installed another hook.
            heap::install(heap::allocated_by_thread);
        }
        let Options { interval, watch, settle, experiments, probes } = options;
        let practice = Practice {
            sampler: Sampler::new(probes, interval),
            experiments,
            settle,
            examined: Mutex::new(None),
            #[cfg(feature = "heap-profile")]
            profiles: Mutex::new(Kept::new(settle)),
        };
        let practice = Arc::new(practice);
        let running = Arc::clone(&practice);
        let thread = thread::Builder::new().name("arena-doctor".into()).spawn(move || {
            let mut watch = watch.map(Watch::new);
            let look = || {
                running.keep_profiles();
                if let Some(watch) = &mut watch {
                    watch.look(|| running.watched());
                }
            };
            running.sampler.run(interval.max(Duration::from_millis(1)), look);
        });
        let thread = thread.inspect_err(|error| {
            tracing::warn!(target: "request_arena", "the doctor's thread does not start ({error}): it takes readings only when `sample()` is called");
        });
        Self { practice, thread: thread.ok() }
    }

    /// Takes a reading now, for programs and tests that cannot wait. Also of what the sampler asks for seldom, as it costs.
    pub fn sample(&self) {
        self.practice.sampler.sample(true);
        self.practice.keep_profiles();
    }

    /// Judges the history, with a reading of now. It runs no experiment, unless [`Experiments::WhenNeeded`] was chosen.
    #[must_use]
    pub fn diagnose(&self) -> Report {
        self.practice.diagnose(true)
    }

    /// As [`diagnose`](Self::diagnose), and tells retention from fragmentation by having the allocators give back what they can, which costs
    /// milliseconds to seconds. What they kept is gone then.
    #[must_use]
    pub fn examine(&self) -> Report {
        self.practice.judge(self.practice.experiments != Experiments::Never, true)
    }
}

impl Drop for Doctor {
    fn drop(&mut self) {
        self.practice.sampler.stop();
        if let Some(thread) = self.thread.take() {
            // A sampler that panicked has nothing left to say.
            let _ = thread.join();
        }
    }
}

impl Practice {
    /// A diagnosis that somebody `asked` for, or nobody did.
    fn diagnose(&self, asked: bool) -> Report {
        let report = self.judge(false, asked);
        let could_help = |finding: &Finding| matches!(finding.mode, Mode::Retention | Mode::Fragmentation);
        let is_needed = self.experiments == Experiments::WhenNeeded && report.findings.iter().any(could_help);
        if is_needed && self.may_experiment() { self.judge(true, asked) } else { report }
    }

    /// Whether the last experiment that nobody asked for is long enough ago; from now on this is the last.
    fn may_experiment(&self) -> bool {
        let mut last = self.examined.lock().unwrap_or_else(PoisonError::into_inner);
        let may = last.is_none_or(|last| last.elapsed() >= Experiments::PAUSE);
        if may {
            *last = Some(Instant::now());
        }
        may
    }

    /// A diagnosis that nobody asked for, and how much of its time went into profiles, which keep to a pace of their own.
    fn watched(&self) -> (Report, Duration) {
        let before = self.spent_on_profiles();
        let report = self.diagnose(false);
        (report, self.spent_on_profiles() - before)
    }

    fn judge(&self, experiment: bool, asked: bool) -> Report {
        let mut state = self.sampler.sampled();
        // Where there is no `/proc` there is nothing to judge.
        let Some(report) = state.report.clone() else { return Report::default() };
        let maps = Maps::read(&state.probes).unwrap_or_default();
        let account = state.history.last().map(|last| Account::of(last, &maps, &state.known)).unwrap_or_default();
        let released = experiment.then(|| experiment::release(&mut state, &maps)).flatten();
        let mut tails = latency::read();
        tails.extend(state.windows.tails());
        let mut case = Case::of(&state, &maps, &account, &report, tails, released, self.settle);
        self.explain(&mut case, asked);
        let findings = modes::judge(&case);
        let owners = case.owners.take().map(Owners::shortened);
        let readings = Readings::of(&state.history);
        let allocators = state.known.iter().map(Allocator::of).collect();
        let advice = advice::of(&report.sites);
        Report { findings, account, allocators, owners, advice, readings }
    }
}

/// Growth is explained by profiles of the heap, if there are any.
#[cfg(feature = "heap-profile")]
impl Practice {
    fn profiles(&self) -> MutexGuard<'_, Kept> {
        // Whatever panicked, profiles are whole or not there.
        self.profiles.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn keep_profiles(&self) {
        self.profiles().look();
    }

    fn spent_on_profiles(&self) -> Duration {
        self.profiles().spent()
    }

    fn explain(&self, case: &mut Case<'_>, asked: bool) {
        let Some(over) = case.climbs() else { return };
        let mut profiles = self.profiles();
        case.owners = profiles.explain(over, asked);
        case.no_owners = profiles.problem().or_else(|| case.owners.as_ref().and_then(Owners::problem));
    }
}

/// Without the feature there are none.
#[cfg(not(feature = "heap-profile"))]
impl Practice {
    fn keep_profiles(&self) {}

    fn spent_on_profiles(&self) -> Duration {
        Duration::ZERO
    }

    fn explain(&self, _case: &mut Case<'_>, _asked: bool) {}
}
