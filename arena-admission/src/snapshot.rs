//! The figures of a gate at one moment.

use core::time::Duration;

use request_arena_core::Nanoseconds;

use crate::gate::Gate;
use crate::learning::{Weight, figures_of};
use crate::order::{Mode, Priority};
use crate::reading::LimitOf;
use crate::refused::Reason;

/// The figures of a gate. See [`Admission::snapshot`](crate::Admission::snapshot).
#[derive(Clone, Debug)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct Snapshot {
    /// The name of the gate.
    pub gate: &'static str,
    /// The mode.
    pub mode: Mode,
    /// How long a request waits at most, unless it has a deadline of its own.
    pub deadline: Duration,
    /// Requests that were admitted, without exempt ones.
    pub admitted: u64,
    /// Those of `admitted` that found no room, and run inside of an admitted request.
    pub nested: u64,
    /// Requests that did not need admission.
    pub exempt: u64,
    /// How long admitted requests waited, without those that did not wait. In measure mode: how
    /// long it took until there was room for the requests that had been admitted without.
    pub waited: Nanoseconds,
    /// Requests that were dropped while they waited.
    pub left: u64,
    /// Refused requests, by reason.
    pub refused: Refusals,
    /// Requests that measure mode admitted although they did not fit.
    pub would_have_waited: u64,
    /// Those of them that would have been refused. The others would have been admitted in time.
    pub would_have_refused: Refusals,
    /// Requests that wait now, by priority. In measure mode: that would wait.
    pub waiting: Waiting,
    /// Handlers with no figures, or few: those of `handlers` with a guessed weight.
    pub unseen_handlers: u64,
    /// The handlers that have asked for admission, in the order of their first requests.
    pub handlers: Vec<HandlerWeight>,
    /// The weights of all running requests, in bytes.
    pub reserved_bytes: u64,
    /// Bytes that threads keep ready for their next requests. They count against the budget.
    pub credit_bytes: u64,
    /// The most that requests may reserve together, in bytes.
    pub budget_bytes: Option<u64>,
    /// The part of the budget that is not reserved, in bytes.
    pub headroom_bytes: Option<u64>,
    /// The memory that no request holds, in bytes.
    pub base_bytes: Option<u64>,
    /// The limit with the least room, in bytes.
    pub limit_bytes: Option<u64>,
    /// Which limit that is.
    pub limit_of: LimitOf,
    /// The memory below the limit that cannot be given back, in bytes.
    pub kept_bytes: Option<u64>,
    /// The part of `kept_bytes` that lies idle in the pool of arenas and counts as room, in bytes.
    pub pool_bytes: u64,
    /// Whether requests pass only one by one, as there is little room.
    pub is_pressed: bool,
    /// Readings so far, without those that failed.
    pub readings: u64,
    /// Readings that found nothing, or a file that cannot be read. The budget stays as it was.
    pub failed_readings: u64,
    /// The age of the last reading that did not fail. Without any, that of the gate.
    pub reading_age: Duration,
}

/// What a request of a handler reserves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct HandlerWeight {
    /// The name of the handler.
    pub name: &'static str,
    /// The module of the handler. It is empty for a handler by [name](crate::Admission::handler)
    /// until a scope of that name opens, and if several modules have one of that name.
    pub module_path: &'static str,
    /// The bytes that its next request reserves.
    pub weight_bytes: u64,
    /// Whether this is a guess, as none or few of its requests have ended with figures.
    pub is_guess: bool,
}

/// Refused requests, by reason.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct Refusals {
    /// See [`Reason::TooLarge`].
    pub too_large: u64,
    /// See [`Reason::QueueFull`].
    pub queue_full: u64,
    /// See [`Reason::Displaced`].
    pub displaced: u64,
    /// See [`Reason::Deadline`].
    pub deadline: u64,
}

impl Refusals {
    fn new(counts: [u64; Reason::ALL.len()]) -> Self {
        let [too_large, queue_full, displaced, deadline] = counts;
        Self { too_large, queue_full, displaced, deadline }
    }

    /// The requests with this reason.
    #[must_use]
    pub const fn of(&self, reason: Reason) -> u64 {
        match reason {
            Reason::TooLarge => self.too_large,
            Reason::QueueFull => self.queue_full,
            Reason::Displaced => self.displaced,
            Reason::Deadline => self.deadline,
        }
    }

    /// All refused requests.
    #[must_use]
    pub const fn total(&self) -> u64 {
        self.too_large + self.queue_full + self.displaced + self.deadline
    }
}

/// Requests that wait, by priority.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct Waiting {
    /// See [`Priority::High`].
    pub high: usize,
    /// See [`Priority::Normal`].
    pub normal: usize,
    /// See [`Priority::Low`].
    pub low: usize,
}

impl Waiting {
    /// The requests of this class.
    #[must_use]
    pub const fn of(&self, priority: Priority) -> usize {
        match priority {
            Priority::High => self.high,
            Priority::Normal => self.normal,
            Priority::Low => self.low,
        }
    }

    /// All requests that wait.
    #[must_use]
    pub const fn total(&self) -> usize {
        self.high + self.normal + self.low
    }
}

impl HandlerWeight {
    fn new(weight: Weight) -> Self {
        let Weight { site, bytes, is_guess } = weight;
        let module_path = match &figures_of(site)[..] {
            [handler] => handler.module_path(),
            _ => site.module_path(),
        };
        Self { name: site.name(), module_path, weight_bytes: bytes, is_guess }
    }
}

impl Snapshot {
    pub(crate) fn take(gate: &Gate) -> Self {
        let readings = gate.readings();
        let (last, base, at) = (readings.last, readings.base_bytes(), readings.at());
        let (read, failed, pool_bytes) = (readings.read, readings.failed, readings.pool_bytes);
        drop(readings);
        let standing = gate.reservations.standing();
        let counts = &standing.counts;
        let budget = last.map(|_| standing.room.budget);
        let [high, normal, low] = standing.waiting;
        let handlers: Vec<_> = gate.weights().into_iter().map(HandlerWeight::new).collect();
        Self {
            gate: gate.options.name,
            mode: gate.mode(),
            deadline: gate.options.deadline,
            admitted: counts.admitted + standing.taken,
            nested: counts.nested,
            exempt: standing.exempt,
            waited: counts.waited,
            left: counts.left,
            refused: Refusals::new(counts.refused),
            would_have_waited: counts.would_have_waited,
            would_have_refused: Refusals::new(counts.would_have_refused),
            waiting: Waiting { high, normal, low },
            unseen_handlers: handlers.iter().filter(|handler| handler.is_guess).count() as u64,
            handlers,
            reserved_bytes: standing.held,
            credit_bytes: standing.reserved.saturating_sub(standing.held),
            budget_bytes: budget,
            headroom_bytes: budget.map(|budget| budget.saturating_sub(standing.held)),
            base_bytes: base,
            limit_bytes: last.map(|(_, reading)| reading.limit_bytes),
            limit_of: last.map_or(LimitOf::Nothing, |(of, _)| of),
            kept_bytes: last.map(|(_, reading)| reading.kept_bytes),
            pool_bytes,
            is_pressed: standing.is_pressed,
            readings: read,
            failed_readings: failed,
            reading_age: Duration::from_nanos(gate.now().saturating_sub(at.unwrap_or(0))),
        }
    }
}
