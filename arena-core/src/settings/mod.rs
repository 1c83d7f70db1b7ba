//! Settings of the process: what the pool may keep, how time is kept, what is warned about.

use core::time::Duration;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering::Relaxed};

use crate::figures::measures;
use crate::sync::{Mutex, lock};

mod environment;

/// What is in force; `None` before the first scope, report or [`configure`].
static SETTINGS: Mutex<Option<Settings>> = Mutex::new(None);

// Copies of what is asked for often.
static RETAIN_BYTES: AtomicUsize = AtomicUsize::new(DEFAULT_RETAIN_BYTES);
static DECAY_MS: AtomicU64 = AtomicU64::new(0);
static WARN_OPEN_MS: AtomicU64 = AtomicU64::new(0);

const DEFAULT_RETAIN_BYTES: usize = 64 << 20;
/// Instead of a time: never.
const NEVER: u64 = u64::MAX;

/// What the pool may keep and for how long, and what is measured and warned about. The same for the
/// whole process.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct Settings {
    /// The most bytes of chunks that the pool keeps for later scopes, in the whole process. By
    /// default 64 MiB; 0 keeps none. Environment: `REQUEST_ARENA_RETAIN`, as in `64MiB`.
    pub retain_bytes: usize,
    /// The pool frees an arena that no scope has used for so long; `None` keeps it. By default 5 s.
    /// Environment: `REQUEST_ARENA_DECAY`, as in `5s` or `off`.
    ///
    /// The [maintenance](Self::maintenance) does it, up to two of its ticks later, also for threads
    /// that are idle. Where the system has no `membarrier` or refuses it (see
    /// [`trim`](crate::trim)), an idle thread keeps up to eight arenas, of 64 KiB and less, until
    /// its next scope.
    pub decay: Option<Duration>,
    /// How often a background thread looks after the pool and moves the coarse clock on; `None`
    /// starts no thread. By default 500 ms. At least [`Settings::SHORTEST_MAINTENANCE`]: a shorter
    /// time is raised to it, and `problems` says so. Environment: `REQUEST_ARENA_MAINTENANCE`, as
    /// in `500ms` or `off`.
    pub maintenance: Option<Duration>,
    /// A scope that is open for longer is warned about, once, up to a tick of
    /// [`maintenance`](Self::maintenance) later; `None` warns of none. By default 60 s.
    /// Environment: `REQUEST_ARENA_WARN_OPEN`, as in `60s` or `off`.
    pub warn_open: Option<Duration>,
    /// Whether each scope's duration is measured, which costs two readings of the clock, about 50
    /// ns. By default not. Environment: `REQUEST_ARENA_DURATIONS`, `on` or `off`.
    pub durations: bool,
    /// What was wrong with settings from the environment, which was ignored then; a line each.
    pub problems: Vec<String>,
}

impl Settings {
    /// The shortest time between two runs of the maintenance: 10 ms. A shorter one would keep a
    /// processor busy.
    pub const SHORTEST_MAINTENANCE: Duration = Duration::from_millis(10);

    /// Raises what is too short, and says so.
    fn raise(&mut self) {
        let shortest = Self::SHORTEST_MAINTENANCE;
        if let Some(interval) = self.maintenance.filter(|interval| *interval < shortest) {
            self.maintenance = Some(shortest);
            self.problems.push(format!(
                "maintenance every {interval:?} is raised to {shortest:?}, the shortest time"
            ));
        }
    }
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            retain_bytes: DEFAULT_RETAIN_BYTES,
            decay: Some(Duration::from_secs(5)),
            maintenance: Some(Duration::from_millis(500)),
            warn_open: Some(Duration::from_secs(60)),
            durations: false,
            problems: Vec::new(),
        }
    }
}

/// Changes settings, from now on. What the environment says is the operator's word and stands above
/// it.
///
/// ```
/// use core::time::Duration;
///
/// request_arena_core::configure(|settings| {
///     settings.retain_bytes = 16 << 20;
///     settings.decay = Some(Duration::from_secs(1));
/// });
/// let settings = request_arena_core::report().settings;
/// assert_eq!(settings.retain_bytes, 16 << 20);
/// ```
///
/// Of two threads that change settings at the same time, the one that comes last has its way.
///
/// Call it before the first scope opens, if [`maintenance`](Settings::maintenance) is to be off:
/// the thread starts then.
pub fn configure(change: impl FnOnce(&mut Settings)) {
    let mut settings = current();
    change(&mut settings);
    environment::override_with(&mut settings, |name| std::env::var_os(name));
    settings.raise();
    // Under one lock, so that the settings in force are those shown, also if two threads change
    // them.
    let mut shown = lock(&SETTINGS);
    put_in_force(&settings);
    *shown = Some(settings);
}

/// The settings in force.
pub(crate) fn current() -> Settings {
    let mut settings = lock(&SETTINGS);
    let is_first = settings.is_none();
    let current = settings.get_or_insert_with(|| {
        let mut fresh = Settings::default();
        environment::override_with(&mut fresh, |name| std::env::var_os(name));
        fresh.raise();
        put_in_force(&fresh);
        fresh
    });
    let current = current.clone();
    drop(settings);
    if is_first {
        // Without the lock: a subscriber may open scopes of its own.
        for problem in &current.problems {
            tracing::warn!(target: "request_arena", "{problem}");
        }
    }
    current
}

fn put_in_force(settings: &Settings) {
    let ms = |time: Option<Duration>| {
        time.map_or(NEVER, |time| u64::try_from(time.as_millis()).unwrap_or(NEVER))
    };
    RETAIN_BYTES.store(settings.retain_bytes, Relaxed);
    DECAY_MS.store(ms(settings.decay), Relaxed);
    WARN_OPEN_MS.store(ms(settings.warn_open), Relaxed);
    measures::want_durations(settings.durations);
}

pub(crate) fn retain_bytes() -> usize {
    RETAIN_BYTES.load(Relaxed)
}

pub(crate) fn decay_ms() -> Option<u64> {
    Some(DECAY_MS.load(Relaxed)).filter(|&ms| ms != NEVER)
}

/// Milliseconds after which an open scope is warned about; more than any age, if never.
#[inline(always)]
pub(crate) fn warn_open_ms() -> u64 {
    WARN_OPEN_MS.load(Relaxed)
}

#[cfg(test)]
mod tests {
    use std::sync::Barrier;

    use super::*;

    #[test]
    fn what_is_shown_is_in_force_when_two_threads_have_changed_it() {
        const ROUNDS: u64 = 20_000;
        let turn = Barrier::new(2);
        let change = |start: u64| {
            for round in 0..ROUNDS {
                turn.wait();
                configure(|settings| settings.warn_open = Some(Duration::from_secs(start + round)));
                turn.wait();
                let shown = current().warn_open.map(|time| time.as_secs() * 1000);
                assert_eq!(shown, Some(warn_open_ms()), "round {round}");
            }
        };
        std::thread::scope(|threads| {
            threads.spawn(|| change(1000));
            threads.spawn(|| change(1000 + ROUNDS));
        });
        configure(|settings| settings.warn_open = Settings::default().warn_open);
    }
}
