//! Finds out why the memory of a Rust service grows, and what to do about it.
//!
//! Any service can use the doctor. It needs no arena, no macro and no change to request handlers:
//!
//! ```
//! use request_arena_doctor::{Doctor, Options};
//!
//! let doctor = Doctor::start(Options::default());
//! // The service runs. After some minutes:
//! println!("{}", doctor.diagnose());
//! ```
//!
//! Many things make a service's memory grow, and a graph of RSS shows the same line for all of
//! them. The doctor reads the kernel's counters and the allocator's figures once a second. It
//! distinguishes a leak from fragmentation, freed pages that the allocator keeps, the page cache, a
//! second allocator, threads that never end, and more. [`Mode`] lists them. Each [`Finding`] has
//! its evidence and a remedy. The source file of each mode explains its mechanism and thresholds.
//!
//! It also reads the process's container, and says [when its limit is reached](ContainerMemory) at
//! the rate of its findings.
//!
//! The doctor reports nothing for a healthy service. It recognises a cache that fills up and then
//! stops growing, a burst that decays, the pages of mapped files, and a batch job that reuses its
//! memory.
//!
//! `examples/service.rs` is a small service with a leak that the doctor finds.
//!
//! # More information for the doctor
//!
//! The doctor works without any of these. Each one adds evidence to its findings.
//!
//! * [`record_requests`] counts the requests that the service serves. The doctor then distinguishes
//!   growth by request from growth by time. Scopes of request-arena are counted without it, and
//!   `telemetry::count_requests()` of `request-arena` is a `tower` layer that counts.
//! * [`metered`], or a [`Meter`] beside an arena, reports the size of an arena that lives long.
//! * [`CountingAllocator`](request_arena_core::heap::CountingAllocator) around the global allocator
//!   counts live bytes, for allocators that do not, such as mimalloc.
//! * [`latency`] and [`activity`] measure latencies and the phases that may lengthen them. Scopes
//!   of request-arena are timed if [durations](request_arena_core::Settings::durations) are on. The
//!   doctor sees by itself when request threads give pages back ([`PURGING`]).
//! * The feature `heap-profile`, with jemalloc's sampling on, adds the functions that allocate the
//!   growing memory: [`Owners`]. It also finds arenas without a meter.
//!
//! # Features
//!
//! | Feature | Effect |
//! |---|---|
//! | `jemalloc` | jemalloc as the global allocator, with its statistics |
//! | `jemalloc-unprefixed` | the same, and C libraries allocate from jemalloc, too |
//! | `mimalloc` | reads mimalloc on systems other than Linux |
//! | `heap-profile` | names the functions behind the growth, from jemalloc's heap profile |
//! | `flamegraph` | draws the heap profile, by `inferno` (CDDL-1.0) |
//! | `svg` | [`Timeline`]: a chart as an SVG file |
//!
//! On Linux (x86-64 and AArch64), jemalloc, mimalloc and glibc's `malloc` are read without a
//! feature, if they are in the program. Give the doctor other allocators in
//! [`Options::probes`].
//!
//! # Cost
//!
//! A thread takes a reading each second: counters of the kernel, the allocator and request-arena.
//! That is 0.2 to 0.35 ms of processor time, 0.02 to 0.035 % of one core (release build, 100 MiB of
//! heap, jemalloc). The test `doctor_cost` measures it by the kernel's account of that thread, and
//! fails from 0.1 % on. The thread also judges the history once a minute. In a search service of 70
//! MiB, readings and judgements together took 0.044 % of one core.
//!
//! A large service is judged as often. With 500 handlers, 1,500 threads and 256 MiB, a reading
//! takes 0.65 to 0.85 ms on a busy machine, where it took 7 to 10 ms with all figures. A judgement
//! takes 5 ms with five weeks of history and 500 handlers, and a report of 1,500 threads 5 ms more.
//! So an alarm comes as early there. Figures that grow with threads or heap have a pace of their
//! own:
//!
//! | Figure | Cost in that service | Read |
//! |---|---|---|
//! | `/proc/self/status`, counts of handlers and arenas | 0.65 to 0.85 ms | every 1.0 to 1.7 s |
//! | jemalloc's epoch: the caches of all threads | 2 to 3 ms | every 20 to 30 s, at judgements |
//! | histograms of all handlers | 4 ms | at judgements |
//! | the container's files | 0.15 ms | every 2 s |
//! | `/proc/self/io` | 0.25 ms | every 5 s |
//! | names of threads | 3 ms | every ten minutes, or if their number changes |
//! | maps | 90 ms | every quarter of an hour, or if a finding changes |
//!
//! glibc's figures need a walk over its free chunks, so the doctor asks for them less often.
//! Between two readings of an allocator, the kernel's counters show growth. Readings of more than
//! 0.5 ms are less frequent, up to 20 s apart.
//!
//! The history holds all readings of the last ten minutes, one reading a minute of the last day,
//! and the lowest levels of the last five weeks (60 KiB). It takes at most [`Doctor::MOST_BYTES`],
//! and 1 MiB in a process with few handlers and named arenas.
//!
//! With the feature `heap-profile` and sampling on, the doctor takes a profile every ten minutes
//! and compares two profiles when something grows. `docs/book/src/heap-profile.md` has the figures.
//!
//! [`Doctor::diagnose`] and [`Doctor::timeline`] read the process's maps. The kernel walks its page
//! tables for that, which takes 10 to 20 ms for each GiB of physical memory, and 0.3 ms for each
//! thread. The doctor's own judgements read the maps at most for 0.01 % of the time, and at least
//! every half hour. Between two readings they estimate the maps from the counters. If a finding
//! appears or goes, they read the maps again.
//!
//! If the allocator passes samples on ([`heap::live`]), the doctor takes the live heap of each
//! handler every ten minutes. When memory grows, it says under which handler it was allocated.
//!
//! # Output
//!
//! A [`Diagnosis`] is text and JSON. A [`Timeline`] divides RSS into classes over time.
//! [`overview`] and [`last_judgement`] find the running doctor by themselves, for pages and
//! exporters.
//! The debug page of `request-arena` (feature `debug-page`) shows both. The page asks for a
//! judgement at most every ten seconds, and less often if judgements would take more than a
//! thousandth of a processor's time. It never purges.

#![cfg_attr(docsrs, feature(doc_cfg))]
#![forbid(unsafe_code)]

use core::time::Duration;
use std::sync::Arc;
use std::thread::{self, JoinHandle};

use request_arena_core::heap;

mod account;
mod advice;
mod aged;
#[cfg(feature = "svg")]
mod chart;
mod clock;
mod container;
mod diagnosis;
mod evidence;
mod experiment;
mod finding;
mod growth;
mod handlers;
mod heaps;
mod history;
mod holders;
mod judgement;
mod latency;
mod levels;
mod libraries;
mod lows;
mod map_cache;
mod maps_seen;
mod metered;
mod mode;
mod modes;
mod options;
mod overview;
mod periodic;
mod probe;
mod profile;
mod reading;
mod running;
mod sampler;
mod shown;
mod state;
mod tail;
mod thp;
mod timeline;
mod verdict;
mod watched;
mod windows;
mod workload;

pub use self::account::{Account, Class};
#[cfg(feature = "svg")]
#[doc(hidden)]
pub use self::chart::class_name;
pub use self::container::ContainerMemory;
pub use self::diagnosis::{Advice, Allocator, Diagnosis, Readings};
use self::evidence::Evidence;
pub use self::finding::{Confidence, Figure, FigureUnit, Finding};
pub use self::handlers::HandlerGrowth;
pub use self::holders::{Holder, HolderKind};
pub use self::latency::{Latency, latency};
use self::map_cache::Look;
pub use self::metered::{Meter, MeteredBump, metered};
pub use self::mode::Mode;
pub use self::options::{Experiments, Options};
pub use self::overview::{Overview, overview};
use self::periodic::PeriodicJudge;
pub use self::probe::{HeapReading, Probe, Serves};
pub use self::profile::{Container, Owner, Owners};
#[cfg(feature = "heap-profile")]
pub use self::profile::{HeapProfile, HeapProfileError};
use self::sampler::{Sampler, Slow};
use self::state::DoctorState;
pub use self::timeline::{Moment, Timeline};
pub use self::verdict::Verdict;
pub use self::watched::{LastJudgement, found_modes, last_judgement};
#[doc(hidden)]
pub use self::workload::count_layered_request;
pub use self::workload::{Activity, PURGING, REMOTE_FREES, activity, record_requests};

/// A running doctor. Its thread takes a reading every [interval](Options::interval) into a bounded
/// history, and judges the history [once a minute](Options::watch). Dropping it ends the thread.
#[derive(Debug)]
pub struct Doctor {
    state: Arc<DoctorState>,
    /// The thread, and the id of the process in which it runs.
    thread: Option<(JoinHandle<()>, u32)>,
}

impl Doctor {
    /// The most bytes that its history takes.
    pub const MOST_BYTES: usize = history::History::MOST_BYTES + lows::Lows::MOST_BYTES;

    /// Starts the doctor's thread. If the system refuses the thread, this function logs a warning.
    /// Then only [`sample`](Self::sample) takes readings.
    #[must_use]
    pub fn start(options: Options) -> Self {
        if heap::live_bytes().is_some() {
            // `CountingAllocator` counts for scopes, too, unless the program has installed another
            // hook.
            heap::install(heap::allocated_by_thread);
        }
        let Options { interval, watch, settle, experiments, probes } = options;
        let sampler = Sampler::new(probes, interval);
        let state = Arc::new(DoctorState::new(sampler, experiments, settle));
        running::register(Arc::downgrade(&state));
        let shared = Arc::clone(&state);
        let thread = thread::Builder::new().name("arena-doctor".into()).spawn(move || {
            let mut judge = watch.map(PeriodicJudge::new);
            let after_reading = || {
                shared.keep_profiles();
                shared.keep_handlers();
                if let Some(judge) = &mut judge {
                    let again = || shared.diagnose_again();
                    judge.judge_if_due(&shared.watched, || shared.diagnose(Look::Seldom), again);
                }
            };
            shared.sampler.run(interval.max(Duration::from_millis(1)), after_reading);
        });
        let thread = thread.inspect_err(|error| {
            tracing::warn!(
                target: "request_arena",
                "the doctor's thread does not start ({error}): it takes readings only when \
                 `sample()` is called"
            );
        });
        Self { state, thread: thread.ok().map(|thread| (thread, std::process::id())) }
    }

    /// Takes a reading now, for programs and tests that cannot wait. The reading includes the slow
    /// figures that the thread reads less often.
    pub fn sample(&self) {
        self.state.sampler.sample(Slow::All);
        self.state.keep_profiles();
        self.state.keep_handlers();
    }

    /// Takes a reading and judges the history. It purges only with [`Experiments::WhenNeeded`].
    #[must_use]
    pub fn diagnose(&self) -> Diagnosis {
        self.state.diagnose(Look::Now).0
    }

    /// Like [`diagnose`](Self::diagnose), but also makes the allocators return all the memory that
    /// they can. The memory that they return was retained. The free memory that stays is
    /// fragmentation.
    ///
    /// It takes milliseconds to seconds, and later allocations fault the pages in again.
    #[must_use]
    pub fn diagnose_with_purge(&self) -> Diagnosis {
        self.state.diagnose_with_purge()
    }

    /// Returns RSS by class over time, until the last reading. It reads the process's maps, as
    /// [`diagnose`](Self::diagnose) does.
    #[must_use]
    pub fn timeline(&self) -> Timeline {
        let state = self.state.sampler.state();
        let maps = probe::read_maps(&state.probes).unwrap_or_default();
        Timeline::of(&state.history, &maps, &state.known, state.container.limit_bytes())
    }
}

impl Drop for Doctor {
    fn drop(&mut self) {
        self.state.sampler.stop();
        let Some((thread, process)) = self.thread.take() else { return };
        // A subscriber may drop the doctor on its own thread, and a forked process has no such
        // thread.
        let is_another =
            thread.thread().id() != thread::current().id() && process == std::process::id();
        if is_another {
            // If the thread panicked, there is nothing left to do.
            let _ = thread.join();
        }
    }
}
