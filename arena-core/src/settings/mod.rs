//! Settings of the process: how much the pool retains, what is measured, and when to warn.

use core::time::Duration;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering::Relaxed};

use crate::budget;
use crate::figures::measures;
use crate::sync::{Mutex, lock};

mod environment;

/// The settings in force. `None` before the first scope, report or [`configure`].
static SETTINGS: Mutex<Option<Settings>> = Mutex::new(None);

// Copies of settings that the code reads often.
static RETAIN_BYTES: AtomicUsize = AtomicUsize::new(DEFAULT_RETAIN_BYTES);
static DECAY_MS: AtomicU64 = AtomicU64::new(0);
static WARN_OPEN_MS: AtomicU64 = AtomicU64::new(0);

const DEFAULT_RETAIN_BYTES: usize = 64 << 20;
/// Stands for "never" in place of a time.
const NEVER: u64 = u64::MAX;

/// Process-wide settings: how much memory the pool retains and for how long, what is measured, and
/// when to warn.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct Settings {
    /// The most bytes of chunks that the pool retains for later scopes, in the whole process. The
    /// default is 64 MiB; 0 retains none. Environment: `REQUEST_ARENA_RETAIN`, as in `64MiB`.
    pub retain_bytes: usize,
    /// The most bytes of chunks that all arenas and response buffers of the process hold together,
    /// those in the pool included. `None`, the default, sets no budget. Environment:
    /// `REQUEST_ARENA_BUDGET`, as in `1GiB` or `off`.
    ///
    /// An allocation that would exceed the budget is refused, as by a scope's own
    /// [limit](crate::Site::with_limit). [`ArenaError::refused_by`](crate::ArenaError::refused_by)
    /// distinguishes the two. Before a refusal, the pool frees its idle arenas. An allocation that
    /// needs no new chunk does not read the budget.
    ///
    /// A budget may be changed at any time. It counts the arenas that exist. If they hold more than
    /// a new budget, no chunk is allocated until enough of them have ended.
    ///
    /// Code with a raw [`&Bump`](crate::Arena::bump) cannot ask for each chunk. So it reserves
    /// bytes in advance: the rest of the site's limit, or without a limit 1 MiB or 16 times the
    /// usual size of the site. It is half of the free budget at most. A raw `&Bump` from before the
    /// first budget is counted when it is requested again, and when its scope ends.
    pub budget: Option<usize>,
    /// The pool frees an arena after no scope has used it for this time; `None` keeps it. The
    /// default is 5 s. Environment: `REQUEST_ARENA_DECAY`, as in `5s` or `off`.
    ///
    /// The [maintenance](Self::maintenance) thread frees the arena up to two of its ticks later,
    /// even if the arena's thread is idle.
    ///
    /// Some systems have no `membarrier`, or refuse it (see [`trim`](crate::trim)). There, an idle
    /// thread keeps up to eight arenas of at most 64 KiB until its next scope.
    pub decay: Option<Duration>,
    /// The interval at which a background thread maintains the pool and advances the coarse clock.
    /// `None` starts no thread. The default is 500 ms.
    ///
    /// The minimum is [`Settings::SHORTEST_MAINTENANCE`]. A shorter time is raised to it, and
    /// `problems` reports this. Environment: `REQUEST_ARENA_MAINTENANCE`, as in `500ms` or `off`.
    pub maintenance: Option<Duration>,
    /// A scope that is open for longer than this causes one warning, up to a tick of
    /// [`maintenance`](Self::maintenance) later. `None` disables the warning. The default is 60 s.
    /// Environment: `REQUEST_ARENA_WARN_OPEN`, as in `60s` or `off`.
    pub warn_open: Option<Duration>,
    /// Whether to measure the duration of each scope. It costs two readings of the clock, about 50
    /// ns. The default is `false`. Environment: `REQUEST_ARENA_DURATIONS`, `on` or `off`.
    pub durations: bool,
    /// Problems with the settings, one line each. Invalid environment variables are ignored, and a
    /// maintenance interval that is too short is raised.
    pub problems: Vec<String>,
}

impl Settings {
    /// The shortest interval between two runs of the maintenance: 10 ms. A shorter interval would
    /// keep a processor busy.
    pub const SHORTEST_MAINTENANCE: Duration = Duration::from_millis(10);

    /// Raises an interval that is too short, and adds a line to `problems`.
    fn raise(&mut self) {
        let shortest = Self::SHORTEST_MAINTENANCE;
        if let Some(interval) = self.maintenance.filter(|interval| *interval < shortest) {
            self.maintenance = Some(shortest);
            self.problems.push(format!(
                "maintenance interval {interval:?} is too short: {shortest:?} is used instead"
            ));
        }
    }
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            retain_bytes: DEFAULT_RETAIN_BYTES,
            budget: None,
            decay: Some(Duration::from_secs(5)),
            maintenance: Some(Duration::from_millis(500)),
            warn_open: Some(Duration::from_secs(60)),
            durations: false,
            problems: Vec::new(),
        }
    }
}

/// Changes the settings of the process from now on. Environment variables override the change.
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
/// If two threads change settings at the same time, the later change wins.
///
/// To turn [`maintenance`](Settings::maintenance) off, call this function before the first scope
/// opens, because the first scope starts the thread.
pub fn configure(change: impl FnOnce(&mut Settings)) {
    let mut settings = current();
    change(&mut settings);
    environment::override_with(&mut settings, |name| std::env::var_os(name));
    settings.raise();
    // Under one lock, so that the shown settings are those in force, even if two threads change
    // them.
    let mut shown = lock(&SETTINGS);
    put_in_force(&settings);
    *shown = Some(settings);
    drop(shown);
    if budget::is_overdrawn() {
        budget::reclaim();
    }
}

/// Returns the settings in force.
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
        // After the lock is released, because a subscriber may open scopes of its own.
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
    budget::set(settings.budget);
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

/// Returns the age in milliseconds at which an open scope causes a warning, or more than any age
/// for never.
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
