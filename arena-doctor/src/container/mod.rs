//! The container as the sampler saw it: the last reading, and what judgements need of the last
//! minutes. The sampler reads it once for this and for [memory outside of RSS](crate::probe).

use core::time::Duration;

use request_arena_memory::container::{ContainerReading, Limit, Version};

mod memory;
mod sentences;

pub use self::memory::ContainerMemory;
pub(crate) use self::sentences::roughly;

/// Two minutes at one reading a second. They are two seconds apart, as
/// [paced](crate::probe::paced).
const MOST: usize = 120;

/// The container over the last minutes.
#[derive(Debug, Default)]
pub(crate) struct ContainerSeen {
    /// The oldest first.
    seen: Vec<Seen>,
    last: Option<ContainerReading>,
    /// The number of kills at the first reading.
    kills_before: Option<u64>,
    /// The time of the reading that showed the last kill, and the kills since the first reading.
    killed: Option<(Duration, u64)>,
}

/// One reading of it.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Seen {
    pub(crate) at: Duration,
    /// All memory of the group.
    pub(crate) used: u64,
    pub(crate) room: Option<Room>,
    /// How often the group reached its limit, or was slowed down below it. `None` if it is unknown.
    pub(crate) hits: Option<u64>,
    /// Microseconds in which some tasks waited for memory, and in which all did.
    pub(crate) stalled: Option<(u64, u64)>,
}

/// The limit at which the kernel kills first, and what counts against it, in bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Room {
    pub(crate) limit: u64,
    pub(crate) used: u64,
    pub(crate) kept: u64,
    /// The part of `kept` that the kernel may be able to give back after all.
    pub(crate) uncertain: u64,
}

/// The shares (0 to 1) of a time in which tasks waited for memory.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Stalled {
    pub(crate) some: f64,
    pub(crate) full: f64,
}

impl ContainerSeen {
    pub(crate) fn push(&mut self, at: Duration, reading: ContainerReading) {
        // A count that is unreadable once must not seem to begin again.
        if let Some(kills) = reading.oom_kills {
            self.count(at, kills);
        }
        if self.seen.len() == MOST {
            self.seen.remove(0);
        }
        self.seen.push(Seen::of(at, &reading));
        self.last = Some(reading);
    }

    fn count(&mut self, at: Duration, kills: u64) {
        let known = self.kills_before.unwrap_or(0) + self.killed.map_or(0, |(_, kills)| kills);
        match self.kills_before {
            // In another group the counts begin again.
            Some(_) if kills < known => {
                *self = Self { kills_before: Some(kills), ..Self::default() }
            }
            Some(before) if kills > known => self.killed = Some((at, kills - before)),
            Some(_) => {}
            None => self.kills_before = Some(kills),
        }
    }

    pub(crate) fn last(&self) -> Option<&ContainerReading> {
        self.last.as_ref()
    }

    /// The limit at which the kernel kills first.
    pub(crate) fn limit_bytes(&self) -> Option<u64> {
        self.last()?.tightest_kept().map(|limit| limit.bytes)
    }

    /// Kills before the first reading.
    pub(crate) fn kills_before(&self) -> u64 {
        self.kills_before.unwrap_or(0)
    }

    /// Kills since the first reading, and the time of the reading that showed the last one.
    pub(crate) fn killed(&self) -> Option<(Duration, u64)> {
        self.killed
    }

    /// The readings of the last `window` and the one before them, the oldest first. Empty if the
    /// history is shorter.
    pub(crate) fn lately(&self, window: Duration) -> &[Seen] {
        let since = self.seen.last().and_then(|now| now.at.checked_sub(window));
        let start = since.and_then(|since| self.seen.iter().rposition(|seen| seen.at <= since));
        start.map_or(&[], |start| &self.seen[start..])
    }

    /// How much of at least the last `window` tasks waited for memory. `None` if the kernel does
    /// not report it, or not for so long.
    pub(crate) fn stalled(&self, window: Duration) -> Option<Stalled> {
        let lately = self.lately(window);
        let (first, last) = (lately.first()?, lately.last()?);
        let micros = (last.at - first.at).as_micros();
        if micros == 0 {
            return None;
        }
        let ((some_first, full_first), (some_last, full_last)) = (first.stalled?, last.stalled?);
        let share = |first: u64, last: u64| last.saturating_sub(first) as f64 / micros as f64;
        Some(Stalled {
            some: share(some_first, some_last).min(1.0),
            full: share(full_first, full_last).min(1.0),
        })
    }
}

impl Seen {
    fn of(at: Duration, reading: &ContainerReading) -> Self {
        // Version 1 has only one of them.
        let hits = [reading.limit_hits, reading.high_hits].into_iter().flatten();
        Self {
            at,
            used: reading.used_bytes,
            room: reading.tightest_kept().map(|limit| Room::of(limit, reading)),
            hits: hits.reduce(u64::saturating_add),
            stalled: reading.pressure.map(|pressure| (pressure.some_micros, pressure.full_micros)),
        }
    }
}

impl Room {
    fn of(limit: &Limit, reading: &ContainerReading) -> Self {
        // Version 1 does not say which part of the kernel's memory are caches.
        let is_vague = reading.version == Version::V1;
        let uncertain = if is_vague { reading.kernel_bytes.unwrap_or(0) } else { 0 };
        let Limit { bytes, used_bytes, kept_bytes, .. } = *limit;
        Self { limit: bytes, used: used_bytes, kept: kept_bytes, uncertain }
    }

    /// The share of the limit (0 to 1) that the kernel cannot give back.
    pub(crate) fn share(&self) -> f64 {
        self.kept as f64 / self.limit.max(1) as f64
    }

    /// The same, without memory that it may be able to give back.
    pub(crate) fn certain_share(&self) -> f64 {
        self.kept.saturating_sub(self.uncertain) as f64 / self.limit.max(1) as f64
    }

    pub(crate) fn left(&self) -> u64 {
        self.limit.saturating_sub(self.kept)
    }
}

#[cfg(test)]
pub(crate) mod tests;
