//! The doctor: which of the ways in which a service's memory climbs it is, with evidence and
//! remedy.
//!
//! ```
//! use request_arena_telemetry::doctor::{Doctor, Options};
//!
//! let doctor = Doctor::start(Options::default());
//! // The service runs; and after some minutes:
//! println!("{}", doctor.diagnose());
//! ```
//!
//! An operator sees one line that climbs. What is behind it shows in different figures, and each
//! [`Mode`] has a mechanism of its own and a sign that tells it from the others; they stand in the
//! files of the modes, with where each threshold comes from. Nothing is found in a healthy service:
//! a cache that fills up slows down, a burst that is over decays, a mapped file is file pages, and
//! a batch job needs again what it kept.
//!
//! # What it is told
//!
//! It needs nothing. It knows request-arena's scopes, the allocator and `/proc`. It says more if it
//! is told of
//!
//! * requests that have no scope: [`requests`],
//! * arenas of the program's own that live long: [`metered`], or a [`Meter`] beside one,
//! * what is live, where the allocator does not say (mimalloc):
//!   [`CountingAllocator`](request_arena_core::heap::CountingAllocator) around it, which also tells what scopes take
//!   from the heap,
//! * latencies, and phases that they may have to do with: [`latency`], [`activity`]. Scopes are
//!   timed if [durations](request_arena_core::Settings::durations) are on, and that request threads
//!   give pages back ([`PURGING`]) is seen without being told,
//! * who allocates: with the feature `heap-profile` and jemalloc's sampling on, growth is explained
//!   by [`Owners`], and an arena that nobody named is found and named.
//!
//! # What it costs
//!
//! A thread of its own takes a reading a second: counters of the kernel, of the allocator and of
//! request-arena. That is 0.2 to 0.35 ms of processor time, 0.02 to 0.035 % of one core (release
//! build, 100 MiB of heap, jemalloc; the test `doctor_cost` measures it by the kernel's account of
//! that thread, and fails from 0.1 % on). With a judgement once a minute the thread of the search
//! service, which has 70 MiB, took 0.044 %. glibc's figures take a walk over its free chunks, so
//! they are asked for seldom enough that it stays so. The history is ten minutes of readings, and a
//! day of one a minute; [`Doctor::MOST_BYTES`] at most, and 1 MiB in a process of few handlers and
//! named arenas.
//!
//! Where jemalloc samples who allocates (feature `heap-profile`), a profile is taken every ten
//! minutes, and two are compared when something grows: `docs/book/src/heap-profile.md` has the
//! figures.
//!
//! [`Doctor::diagnose`] reads the process's maps, for which the kernel walks over its page tables:
//! 10 to 20 ms for each GiB of physical memory. So does [`Doctor::timeline`].
//!
//! # Where it is seen
//!
//! [`Report`] is text and JSON, and [`Timeline`] is what RSS was made of over time. The debug page
//! (feature `debug-page`) finds the running doctor by itself and shows both. It has it judge at
//! most every ten seconds, and where a judgement is dear so seldom that this takes no more than a
//! thousandth of a processor's time; it has no experiment run.

use core::time::Duration;
use std::sync::Arc;
use std::thread::{self, JoinHandle};

use request_arena_core::heap;

mod account;
mod advice;
mod case;
mod experiment;
mod finding;
#[cfg_attr(not(feature = "debug-page"), expect(dead_code, reason = "only a page looks"))]
mod glance;
mod growth;
mod heaps;
mod history;
mod latency;
mod levels;
mod maps;
mod metered;
mod mode;
mod modes;
mod options;
mod practice;
mod probe;
mod profile;
mod reading;
mod report;
mod sampler;
mod tail;
mod timeline;
mod watch;
mod windows;
mod workload;

pub use self::account::{Account, Class};
use self::case::Case;
pub use self::finding::{Confidence, Evidence, Finding, Unit};
#[cfg(feature = "debug-page")]
pub(crate) use self::glance::{Glance, glance};
pub use self::latency::{Latency, latency};
use self::maps::Maps;
pub use self::metered::{Meter, MeteredBump, metered};
pub use self::mode::Mode;
pub use self::options::{Experiments, Options};
use self::practice::Practice;
pub use self::probe::{HeapReading, Probe, Serves};
#[cfg(feature = "heap-profile")]
pub use self::profile::{HeapProfile, HeapProfileError};
pub use self::profile::{Owner, Owners};
pub use self::report::{Advice, Allocator, Readings, Report};
use self::sampler::Sampler;
pub use self::timeline::{Moment, Timeline};
use self::watch::Watch;
pub use self::workload::{Activity, PURGING, REMOTE_FREES, activity, requests};

/// A running sampler: a thread of its own, which takes a reading every
/// [interval](Options::interval) into a bounded history, and judges it
/// [once a minute](Options::watch). It ends when this is dropped.
#[derive(Debug)]
pub struct Doctor {
    practice: Arc<Practice>,
    /// With the number of the process that it is in.
    thread: Option<(JoinHandle<()>, u32)>,
}

impl Doctor {
    /// Bytes that its history takes at most.
    pub const MOST_BYTES: usize = history::History::MOST_BYTES;

    /// Starts the sampler. If the system has no thread for it, it warns, and only
    /// [`sample`](Self::sample) takes readings.
    #[must_use]
    pub fn start(options: Options) -> Self {
        if heap::live_bytes().is_some() {
            // It counts for scopes, too, unless somebody has installed another hook.
            heap::install(heap::allocated_by_thread);
        }
        let Options { interval, watch, settle, experiments, probes } = options;
        let practice = Arc::new(Practice::new(Sampler::new(probes, interval), experiments, settle));
        glance::register(Arc::downgrade(&practice));
        let running = Arc::clone(&practice);
        let thread = thread::Builder::new().name("arena-doctor".into()).spawn(move || {
            let mut watch = watch.map(Watch::new);
            let look = || {
                running.keep_profiles();
                if let Some(watch) = &mut watch {
                    watch.look(|| running.diagnose(false));
                }
            };
            running.sampler.run(interval.max(Duration::from_millis(1)), look);
        });
        let thread = thread.inspect_err(|error| {
            tracing::warn!(target: "request_arena", "the doctor's thread does not start ({error}): it takes readings only when `sample()` is called");
        });
        Self { practice, thread: thread.ok().map(|thread| (thread, std::process::id())) }
    }

    /// Takes a reading now, for programs and tests that cannot wait. Also of what the sampler asks
    /// for seldom, as it costs.
    pub fn sample(&self) {
        self.practice.sampler.sample(true);
        self.practice.keep_profiles();
    }

    /// Judges the history, with a reading of now. It runs no experiment, unless
    /// [`Experiments::WhenNeeded`] was chosen.
    #[must_use]
    pub fn diagnose(&self) -> Report {
        self.practice.diagnose(true).0
    }

    /// As [`diagnose`](Self::diagnose), and tells retention from fragmentation by having the
    /// allocators give back what they can, which costs milliseconds to seconds. What they kept is
    /// gone then.
    #[must_use]
    pub fn examine(&self) -> Report {
        self.practice.examine()
    }

    /// What RSS was made of over time, until the last reading. It reads the process's maps, as
    /// [`diagnose`](Self::diagnose) does.
    #[must_use]
    pub fn timeline(&self) -> Timeline {
        let state = self.practice.sampler.state();
        let maps = Maps::read(&state.probes).unwrap_or_default();
        Timeline::of(&state.history, &maps, &state.known)
    }
}

impl Drop for Doctor {
    fn drop(&mut self) {
        self.practice.sampler.stop();
        let Some((thread, process)) = self.thread.take() else { return };
        // A subscriber may drop it on that thread; and a forked process has no such thread.
        let is_another =
            thread.thread().id() != thread::current().id() && process == std::process::id();
        if is_another {
            // A sampler that panicked has nothing left to say.
            let _ = thread.join();
        }
    }
}
