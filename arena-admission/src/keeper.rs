//! The thread of a gate. It reads the container, ends the wait of requests at their deadline, and
//! logs when requests begin and cease to lack memory.
//!
//! So a gate needs no timer of an async runtime, and works with every one.

use core::time::Duration;
use std::sync::{Condvar, Mutex};

use crate::gate::Gate;
use crate::options::{OptionsError, Reading};
use crate::order::Mode;
use crate::reading::LimitOf;
use crate::reservations::Standing;
use crate::sync::lock;

/// How long a lack lasts before it is logged again.
const AGAIN: u64 = 10_000_000_000;

/// The moment at which the thread wakes up next.
#[derive(Debug, Default)]
pub(crate) struct Alarm {
    next: Mutex<u64>,
    rings: Condvar,
}

impl Alarm {
    /// Wakes the thread at `until` if it would sleep longer.
    pub(crate) fn set(&self, until: u64) {
        let mut next = lock(&self.next);
        if until < *next {
            *next = until;
            self.rings.notify_one();
        }
    }
}

/// Starts the thread.
pub(crate) fn start(gate: &'static Gate) -> Result<(), OptionsError> {
    let thread = std::thread::Builder::new().name(String::from("request-arena-a"));
    let started = thread.spawn(move || run(gate));
    started.map(drop).map_err(|error| OptionsError::Thread(error.to_string()))
}

fn run(gate: &'static Gate) {
    let interval = u64::try_from(gate.options.interval.as_nanos()).unwrap_or(u64::MAX);
    let mut reading = 0;
    loop {
        // A subscriber may panic. That must not end this thread, without which requests wait for
        // ever.
        let _ = std::panic::catch_unwind(core::panic::AssertUnwindSafe(|| {
            if gate.now() >= reading {
                gate.turn();
            } else {
                gate.expire();
            }
        }));
        if gate.now() >= reading {
            reading = gate.now().saturating_add(interval);
        }
        // Under this lock: a request that enters the queue later than the look at it finds the
        // alarm set, and sets an earlier one.
        let mut next = lock(&gate.alarm.next);
        *next = gate.reservations.standing().next_end.unwrap_or(u64::MAX).min(reading);
        loop {
            let left = next.saturating_sub(gate.now());
            if left == 0 {
                break;
            }
            let waited = gate.alarm.rings.wait_timeout(next, Duration::from_nanos(left));
            next = waited.unwrap_or_else(std::sync::PoisonError::into_inner).0;
        }
    }
}

/// What was logged last.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Log {
    lacked: u64,
    /// When a lack was logged, while it lasts.
    since: Option<u64>,
    quiet: u64,
}

/// What to log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Note {
    Lack,
    Over,
}

impl Log {
    /// What to log of this state. A lack is over once no request has lacked memory for a second.
    pub(crate) fn note(&mut self, standing: &Standing, now: u64) -> Option<Note> {
        let counts = &standing.counts;
        let lacked = counts.refused.iter().chain(&counts.would_have_refused).sum::<u64>()
            + counts.would_have_waited;
        let is_waiting = standing.waiting.iter().sum::<usize>() > 0;
        let lacks = is_waiting || core::mem::replace(&mut self.lacked, lacked) != lacked;
        if lacks {
            self.quiet = now;
        }
        match self.since {
            None if lacks => {
                self.since = Some(now);
                Some(Note::Lack)
            }
            Some(since) if lacks && now.saturating_sub(since) >= AGAIN => {
                self.since = Some(now);
                Some(Note::Lack)
            }
            Some(_) if !lacks && now.saturating_sub(self.quiet) >= 1_000_000_000 => {
                self.since = None;
                Some(Note::Over)
            }
            None | Some(_) => None,
        }
    }
}

/// Logs with the figures that explain it.
pub(crate) fn log(
    gate: &Gate,
    note: Note,
    standing: &Standing,
    last: Option<(LimitOf, Reading)>,
    base: Option<u64>,
) {
    let gate_name = gate.options.name;
    if note == Note::Over {
        tracing::info!(target: "request_arena", gate = gate_name, "requests find memory again");
        return;
    }
    let (of, reading) =
        last.unwrap_or((LimitOf::Nothing, Reading { limit_bytes: 0, kept_bytes: 0 }));
    let effect = match gate.mode() {
        Mode::Enforce => "requests wait for memory, or are refused",
        Mode::Measure | Mode::Off => "requests lack memory, and with `Mode::Enforce` would wait",
    };
    let reason = if base.is_some_and(|base| base >= reading.limit_bytes) {
        "none fits, as `base_bytes` that belong to no request reach the limit (raise it, or find \
         what grows: ask the doctor, and look at other processes of the container)"
    } else {
        "`base_bytes` of the limit belong to no request, and `reserved_bytes` to running ones (a \
         growing base is a leak or a cache: ask the doctor)"
    };
    tracing::warn!(
        target: "request_arena",
        gate = gate_name,
        limit_of = of.as_str(),
        limit_bytes = reading.limit_bytes,
        kept_bytes = reading.kept_bytes,
        base_bytes = base.unwrap_or(0),
        budget_bytes = standing.room.budget,
        reserved_bytes = standing.held,
        waiting = standing.waiting.iter().sum::<usize>(),
        "{effect}: {reason}"
    );
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::order::Order;
    use crate::reservations::Reservations;

    #[test]
    fn a_lack_is_logged_once_and_again_after_ten_seconds_until_it_is_over() {
        let second = 1_000_000_000;
        let reservations = Reservations::new(1, Order::Fifo, 1, Mode::Measure);
        let mut standing = reservations.standing();
        let mut log = Log::default();
        assert_eq!(log.note(&standing, 0), None);
        let mut notes = Vec::new();
        for tenth in 1..=150 {
            standing.counts.would_have_waited += 1;
            notes.extend(log.note(&standing, tenth * second / 10).map(|note| (tenth, note)));
        }
        assert_eq!(notes, [(1, Note::Lack), (101, Note::Lack)]);
        assert_eq!(log.note(&standing, 15 * second + second / 2), None, "it may go on");
        assert_eq!(log.note(&standing, 16 * second), Some(Note::Over));
        assert_eq!(log.note(&standing, 17 * second), None);
    }
}
