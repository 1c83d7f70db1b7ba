//! The doctor's options.

use core::time::Duration;

use super::probe::Probe;

/// The doctor's options. All have defaults.
///
/// ```
/// use std::time::Duration;
/// use request_arena_doctor::{Doctor, Options};
///
/// let options = Options { interval: Duration::from_millis(100), ..Options::default() };
/// let doctor = Doctor::start(options);
/// doctor.sample();
/// println!("{}", doctor.diagnose());
/// ```
#[derive(Debug)]
pub struct Options {
    /// The time between two readings. The default is a second. Judgements look at spans of time
    /// that depend on the allocators' settings, and not on this. More readings make them more
    /// precise and cost more.
    pub interval: Duration,
    /// The time between two judgements that the doctor makes by itself, for exporters and the log.
    /// The default is a minute. Judgements that take much of a processor are up to five minutes
    /// apart. With `None` only [`Doctor::diagnose`](super::Doctor::diagnose)
    /// judges.
    pub watch: Option<Duration>,
    /// How long a condition must last to count, unless an allocator's setting says how long it may
    /// last. The default is ten seconds, which is jemalloc's default for giving freed pages back.
    /// Use more for a service that works in rounds of minutes, and less in a fast test.
    pub settle: Duration,
    /// Whether the doctor may purge, to see how much memory comes back.
    pub experiments: Experiments,
    /// Further allocators.
    pub probes: Vec<Box<dyn Probe>>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            interval: Duration::from_secs(1),
            watch: Some(Duration::from_secs(60)),
            settle: Duration::from_secs(10),
            experiments: Experiments::default(),
            probes: Vec::new(),
        }
    }
}

/// Whether the doctor may purge: make the allocator give memory back (`purge`, `malloc_trim`,
/// `mi_collect`), to see how much comes back. That takes milliseconds, or seconds in a process of
/// many GiB. Later allocations fault the pages in again.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Experiments {
    /// Never. [`Doctor::diagnose_with_purge`](super::Doctor::diagnose_with_purge) does the same as
    /// [`Doctor::diagnose`](super::Doctor::diagnose).
    Never,
    /// Only in [`Doctor::diagnose_with_purge`](super::Doctor::diagnose_with_purge).
    #[default]
    OnDemand,
    /// Also in [`Doctor::diagnose`](super::Doctor::diagnose), if its findings need it. At most once
    /// in [`Experiments::PAUSE`].
    WhenNeeded,
}

impl Experiments {
    /// The least time between two purges that the program did not ask for.
    pub const PAUSE: Duration = Duration::from_secs(600);
}
