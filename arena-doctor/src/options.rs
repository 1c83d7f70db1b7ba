//! What the doctor is told to do.

use core::time::Duration;

use super::probe::Probe;

/// What the doctor is told to do. All of it has defaults.
///
/// ```
/// use std::time::Duration;
/// use request_arena_doctor::{Doctor, Options};
///
/// let doctor = Doctor::start(Options { interval: Duration::from_millis(100), ..Options::default() });
/// doctor.sample();
/// println!("{}", doctor.diagnose());
/// ```
#[derive(Debug)]
pub struct Options {
    /// How often a reading is taken; every second by default. What the windows of time of the
    /// judgements are follows from the allocators' settings, and not from this; a reading more
    /// often makes them sharper, and costs.
    pub interval: Duration,
    /// How often the sampler's thread judges the history by itself, for the gauges and the log;
    /// every minute by default. `None` is never: then only
    /// [`Doctor::diagnose`](super::Doctor::diagnose) does.
    pub watch: Option<Duration>,
    /// How long something has to last to be judged, where no allocator's setting says how long it
    /// may; ten seconds by default, which is jemalloc's own default for giving freed pages back. A
    /// service whose work comes in rounds of minutes is judged better with more, and a test in
    /// which time goes faster with less.
    pub settle: Duration,
    /// Whether memory may be given back to see whether it can be.
    pub experiments: Experiments,
    /// Allocators beside those that the doctor knows.
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

/// Whether the doctor may have the allocator give memory back (`purge`, `malloc_trim`,
/// `mi_collect`) to see whether it can. It costs milliseconds, and seconds in a process of many
/// GiB, and later allocations fault the pages in again.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Experiments {
    /// Not even if asked: [`Doctor::diagnose_with_purge`](super::Doctor::diagnose_with_purge) is
    /// [`Doctor::diagnose`](super::Doctor::diagnose).
    Never,
    /// When [`Doctor::diagnose_with_purge`](super::Doctor::diagnose_with_purge) is called.
    #[default]
    OnDemand,
    /// Also by [`Doctor::diagnose`](super::Doctor::diagnose), where its findings need it: at most
    /// once in [`Experiments::PAUSE`].
    WhenNeeded,
}

impl Experiments {
    /// The time between experiments that nobody asked for.
    pub const PAUSE: Duration = Duration::from_secs(600);
}
