//! The options of a gate.

use core::fmt;
use core::time::Duration;

use crate::order::{Mode, Order};

/// The options of a gate. The default measures, and refuses nothing.
///
/// ```
/// use core::time::Duration;
/// use request_arena_admission::{Admission, Mode, Options};
///
/// let admission = Admission::start(Options {
///     mode: Mode::Enforce,
///     deadline: Duration::from_secs(2),
///     ..Options::default()
/// })?;
/// # let _ = admission;
/// # Ok::<(), request_arena_admission::OptionsError>(())
/// ```
#[derive(Clone, Debug)]
pub struct Options {
    /// The name of the gate: the label `gate` of its metrics. The default is `service`.
    pub name: &'static str,
    /// What happens to a request that does not fit. It can [change](crate::Admission::set_mode).
    pub mode: Mode,
    /// The order of requests that wait. The default is first in, first out.
    pub order: Order,
    /// How long a request waits at most. The default is 1 s. 0 refuses at once.
    pub deadline: Duration,
    /// The most requests that wait. The default is 1,024.
    pub most_waiting: usize,
    /// A limit in bytes, in addition to the container's. The default is none.
    ///
    /// It bounds the memory of the process's control group, with all processes in it. With
    /// [`Source::Process`], or if no group can be read, it bounds the memory of the process.
    pub limit_bytes: Option<u64>,
    /// The share (0 to 1) of the limit that is never given to requests. It covers what no request
    /// is charged for, and what grows between two readings. The default is 0.1.
    pub reserve: f64,
    /// The share (0 to 1) of the limit by which the budget must rise before it rises at all while
    /// requests wait, and that must be free before requests pass without the queue. The default is
    /// 0.02.
    pub hysteresis: f64,
    /// The share (0 to 1) of a handler's recent requests that need no more than its weight. The
    /// default is 0.99.
    pub quantile: f64,
    /// The weight in bytes of a handler without figures. The default is none: a slow start.
    ///
    /// Then each of its requests reserves the eighth part of the budget, so that few run at once.
    /// With each round of requests that have ended with figures, further ones reserve less, down to
    /// what the handler has learned. The guess halves with each second in which requests of the
    /// handler run or end, down to 1 MiB. So handlers with streams that never end are not locked
    /// out.
    ///
    /// Set it if all first requests of a handler take their memory after many seconds, or if you
    /// know that 1 MiB is too much. The first request that ends with figures then ends the guess.
    pub unseen_bytes: Option<u64>,
    /// The shortest time between two readings of the container. The default is 100 ms. A reading
    /// costs about 0.1 ms, on the gate's own thread.
    pub interval: Duration,
    /// The shortest time after which a refused client tries again. The default is 1 s.
    pub retry_after: Duration,
    /// Up to this is added to `retry_after`, differently for each refusal. The default is 2 s.
    pub retry_spread: Duration,
    /// Gives free memory of the process back to the system. The gate's own thread calls it at most
    /// once a second while requests wait, or would wait with [`Mode::Enforce`], and after each
    /// reading that finds free pages of jemalloc in the reserve. The default is [`relieve`].
    pub relieve: fn(),
    /// Where the figures of the container come from. The default is this process's container.
    pub source: Source,
}

/// Where a gate reads its limit and the memory that counts against it.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub enum Source {
    /// The container, or the machine if no group has a limit. See the
    /// [crate's documentation](crate#the-limit).
    #[default]
    System,
    /// The same, with `/proc` and `/sys` beneath this directory. For tests.
    Beneath(std::path::PathBuf),
    /// Only [`Options::limit_bytes`], and the memory of this process.
    Process,
    /// A function, for systems that have none of these. It returns `None` if it knows nothing.
    Function(fn() -> Option<Reading>),
}

/// A limit, and the memory that counts against it, in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reading {
    /// The limit.
    pub limit_bytes: u64,
    /// The memory below the limit that cannot be given back: without page cache.
    pub kept_bytes: u64,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            name: "service",
            mode: Mode::default(),
            order: Order::default(),
            deadline: Duration::from_secs(1),
            most_waiting: 1024,
            limit_bytes: None,
            reserve: 0.1,
            hysteresis: 0.02,
            quantile: 0.99,
            unseen_bytes: None,
            interval: Duration::from_millis(100),
            retry_after: Duration::from_secs(1),
            retry_spread: Duration::from_secs(2),
            relieve,
            source: Source::default(),
        }
    }
}

impl Options {
    /// The shortest [`interval`](Self::interval): 10 ms.
    pub const SHORTEST_INTERVAL: Duration = Duration::from_millis(10);
    /// The most bytes that a handler can weigh: 1 TiB.
    pub const MOST_WEIGHT: u64 = 1 << 40;

    pub(crate) fn check(&self) -> Result<(), OptionsError> {
        let shares = [
            ("reserve", self.reserve),
            ("hysteresis", self.hysteresis),
            ("quantile", self.quantile),
        ];
        for (option, share) in shares {
            if !(0.0..=1.0).contains(&share) {
                return Err(OptionsError::Share { option, share });
            }
        }
        if self.interval < Self::SHORTEST_INTERVAL {
            return Err(OptionsError::Interval(self.interval));
        }
        match self.unseen_bytes {
            Some(bytes) if !(1..=Self::MOST_WEIGHT).contains(&bytes) => {
                Err(OptionsError::Unseen(bytes))
            }
            Some(_) | None => Ok(()),
        }
    }
}

/// Gives free memory of the process back to the system: the arenas that the pool keeps, and free
/// pages of jemalloc and of glibc's `malloc`. It takes milliseconds for each 100 MiB.
pub fn relieve() {
    request_arena_core::trim();
    #[cfg(all(target_os = "linux", target_env = "gnu"))]
    {
        for jemalloc in request_arena_sys::jemalloc::Jemalloc::all() {
            // If it refuses, the next reading still has its free pages.
            let _ = jemalloc.purge();
        }
        request_arena_sys::glibc::trim();
    }
}

/// Why a gate does not start.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum OptionsError {
    /// A share is not between 0 and 1.
    Share {
        /// The option.
        option: &'static str,
        /// Its value.
        share: f64,
    },
    /// The interval is too short.
    Interval(Duration),
    /// A handler without figures would weigh nothing, or too much.
    Unseen(u64),
    /// The system refused to start the gate's thread.
    Thread(String),
}

impl fmt::Display for OptionsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Share { option, share } => {
                write!(f, "the option `{option}` is {share}: give a share between 0 and 1")
            }
            Self::Interval(interval) => write!(
                f,
                "the option `interval` is {interval:?}: a reading needs at least {:?}",
                Options::SHORTEST_INTERVAL
            ),
            Self::Unseen(bytes) => write!(
                f,
                "the option `unseen_bytes` is {bytes}: give 1 to {} bytes",
                Options::MOST_WEIGHT
            ),
            Self::Thread(reason) => write!(
                f,
                "the gate's thread does not start ({reason}): raise the limit of threads, or call \
                 `Admission::without_thread` and `turn`"
            ),
        }
    }
}

impl core::error::Error for OptionsError {}
