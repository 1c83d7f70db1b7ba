//! What the gate's lock guards: how much is reserved, how much there is, and who waits. It decides
//! whether a weight fits, and counts.
//!
//! It is plain data. [`reservations`](crate::reservations) has the lock, and moves bytes between it
//! and the credit of threads.

use request_arena_core::Nanoseconds;

use crate::order::{Mode, Order};
use crate::queue::{Entry, Queue, Ticket};
use crate::refused::Reason;
use crate::start::{Runner, Starts};

/// How much may be reserved, in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Room {
    /// For all requests together.
    pub(crate) budget: u64,
    /// For a request while no other is admitted. It reaches into the reserve, so that a service
    /// with little room still serves one request after the other.
    pub(crate) alone: u64,
    /// For a request once all others have ended. One that needs more waits for memory that no
    /// request holds, so it does not keep others waiting.
    pub(crate) possible: u64,
    /// The most that any request can ever get.
    pub(crate) whole: u64,
    /// While requests wait, the budget rises by at least this. After that, requests take credit
    /// again only if so much is left.
    pub(crate) hysteresis: u64,
}

impl Room {
    /// Room for everything.
    pub(crate) const UNLIMITED: Self =
        Self { budget: 1 << 62, alone: 1 << 62, possible: 1 << 62, whole: 1 << 62, hysteresis: 0 };
}

/// What becomes of a demand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Decision {
    /// With its place in the handler's slow start.
    Admitted(Option<Runner>),
    Waiting(Ticket),
    Refused(Reason),
}

/// Counters that the lock guards.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Counts {
    /// Admitted with the lock: the others are counted on the stripes.
    pub(crate) admitted: u64,
    /// How long admitted requests waited. In measure mode: would have waited.
    pub(crate) waited: Nanoseconds,
    pub(crate) would_have_waited: u64,
    pub(crate) refused: [u64; Reason::ALL.len()],
    pub(crate) would_have_refused: [u64; Reason::ALL.len()],
    /// Requests that were dropped while they waited.
    pub(crate) left: u64,
    /// Requests without room that were admitted because they run inside of an admitted one.
    pub(crate) nested: u64,
}

/// See the module.
#[derive(Debug)]
pub(crate) struct Central {
    pub(crate) mode: Mode,
    pub(crate) room: Room,
    pub(crate) reserved: u64,
    /// Whether the stripes are closed.
    pub(crate) is_closed: bool,
    pub(crate) queue: Queue,
    pub(crate) counts: Counts,
    pub(crate) starts: Starts,
}

impl Central {
    /// Without room, and with closed stripes.
    pub(crate) fn new(order: Order, most_waiting: usize, mode: Mode) -> Self {
        Self {
            mode,
            room: Room { budget: 0, alone: 0, possible: 0, whole: 0, hysteresis: 0 },
            reserved: 0,
            is_closed: true,
            queue: Queue::new(order, most_waiting),
            counts: Counts::default(),
            starts: Starts::default(),
        }
    }

    pub(crate) fn fits(&self, weight: u64) -> bool {
        self.reserved.saturating_add(weight) <= self.room.budget
            || self.is_closed && self.reserved == 0 && weight <= self.room.alone
    }

    /// Sets the requests aside that the end of others cannot help. Those that can never fit stay in
    /// the order, and are refused there.
    pub(crate) fn set_aside(&mut self) {
        let Room { possible, whole, .. } = self.room;
        let end = whole.saturating_add(1);
        let start = match self.mode {
            Mode::Enforce => possible.saturating_add(1).min(end),
            Mode::Measure | Mode::Off => end,
        };
        self.queue.set_aside(start..end);
    }

    pub(crate) fn refuse(&mut self, reason: Reason) -> Decision {
        self.counts.refused[reason as usize] += 1;
        Decision::Refused(reason)
    }

    /// Counts a request that ends its wait without room.
    pub(crate) fn count_end(&mut self, entry: &Entry, reason: Reason) {
        let counts = &mut self.counts;
        let counters =
            if entry.is_shadow { &mut counts.would_have_refused } else { &mut counts.refused };
        counters[reason as usize] += 1;
    }

    pub(crate) fn admit(&mut self, entry: &Entry) -> Option<Runner> {
        self.reserved += entry.weight;
        self.counts.admitted += 1;
        entry.start.map(|start| self.starts.begin(start))
    }

    /// Takes the weight of an admitted request back.
    pub(crate) fn take_back(&mut self, entry: &Entry, runner: Option<Runner>) {
        self.reserved -= runner.map_or(entry.weight, |runner| self.starts.end(runner));
    }

    /// In measure mode: admits a request that does not fit, and follows what would have become of
    /// it.
    pub(crate) fn overdraw(&mut self, entry: Entry) -> Decision {
        let shadow = Entry { is_shadow: true, ..entry };
        if entry.weight > self.room.whole {
            self.counts.would_have_refused[Reason::TooLarge as usize] += 1;
        } else {
            self.counts.would_have_waited += 1;
            match self.queue.push(shadow) {
                Ok((_, None)) => {}
                Ok((_, Some(displaced))) => self.count_end(&displaced.entry, Reason::Displaced),
                Err(reason) => self.counts.would_have_refused[reason as usize] += 1,
            }
        }
        Decision::Admitted(self.admit(&entry))
    }
}
