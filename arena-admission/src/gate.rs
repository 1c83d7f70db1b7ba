//! A gate: the reservations, the weights of handlers, and the readings together.

use core::fmt;
use core::time::Duration;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU8, AtomicU64, Ordering::Relaxed};
use std::time::Instant;

use request_arena_core::Site;
use request_arena_core::demand;

use crate::base::{Base, spare};
use crate::central::{Decision, Room};
use crate::keeper::Alarm;
use crate::learning::{Learning, Weight};
use crate::options::{Options, OptionsError, Reading, Source};
use crate::order::{Mode, Priority};
use crate::permit::Permit;
use crate::queue::{Entry, Ticket};
use crate::reading::{LimitOf, Reader};
use crate::refused::{Reason, Refused};
use crate::reservations::{Demand, Guess, Reservations};
use crate::start::{Runner, StartId};
use crate::sync::lock;
use crate::unseen::{ESTIMATE, START};
use crate::{keeper, thread};

/// Time between two lessons.
const LESSON: u64 = 1_000_000_000;
/// Time between two times that free memory is given back.
const RELIEF: u64 = 1_000_000_000;

/// See the module. The first line is what every request reads, and hardly anything writes it.
#[repr(align(128))]
pub(crate) struct Gate {
    mode: AtomicU8,
    pub(crate) reservations: Reservations,
    pub(crate) options: Options,
    started: Instant,
    pub(crate) alarm: Alarm,
    learning: Mutex<Learning>,
    readings: Mutex<Readings>,
    /// Refusals so far, for the spread of `Retry-After`.
    refusals: AtomicU64,
}

/// The readings, and what was seen at the last one.
#[derive(Debug)]
pub(crate) struct Readings {
    reader: Reader,
    base: Base,
    /// The share of the memory of recent requests that was in arenas.
    arena_share: f64,
    /// Idle memory of the pool that counted as room at the last reading.
    pub(crate) pool_bytes: u64,
    pub(crate) last: Option<(LimitOf, Reading)>,
    pub(crate) read: u64,
    pub(crate) failed: u64,
    at: Option<u64>,
    learned: Option<u64>,
    relieved: u64,
    log: keeper::Log,
}

impl Readings {
    pub(crate) fn base_bytes(&self) -> Option<u64> {
        self.base.bytes()
    }

    /// Nanoseconds from the start of the gate to the last reading that found figures.
    pub(crate) fn at(&self) -> Option<u64> {
        self.at
    }
}

/// What becomes of a request that asks.
#[derive(Debug)]
pub(crate) enum Begun {
    Admitted(Permit),
    Waiting(Wait),
    Refused(Refused),
}

/// A request that waits. Dropping it leaves the queue, also when a panic unwinds.
#[derive(Debug)]
pub(crate) struct Wait {
    gate: &'static Gate,
    pub(crate) ticket: Ticket,
    pub(crate) site: &'static Site,
    pub(crate) word: u64,
}

impl Wait {
    /// The ticket is decided and free, so nothing is left to leave.
    pub(crate) fn end(self) {
        core::mem::forget(self);
    }
}

impl Drop for Wait {
    #[cold]
    fn drop(&mut self) {
        self.gate.reservations.leave(self.ticket, self.gate.now());
    }
}

/// A request that asks.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Asking {
    pub(crate) site: &'static Site,
    pub(crate) priority: Priority,
    pub(crate) deadline: Option<Duration>,
}

impl fmt::Debug for Gate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Gate({}, {:?})", self.options.name, self.mode())
    }
}

impl Gate {
    pub(crate) fn new(options: Options) -> Result<&'static Self, OptionsError> {
        options.check()?;
        let processors = std::thread::available_parallelism().map_or(4, usize::from);
        // More threads than stripes would share lines. More stripes than needed hold credit.
        let stripes = (2 * processors).next_power_of_two().min(64);
        let gate = Self {
            mode: AtomicU8::new(options.mode as u8),
            reservations: Reservations::new(
                stripes,
                options.order,
                options.most_waiting,
                options.mode,
            ),
            started: Instant::now(),
            alarm: Alarm::default(),
            learning: Mutex::new(Learning::new(&options)),
            readings: Mutex::new(Readings {
                reader: Reader::new(&options),
                base: Base::default(),
                arena_share: 0.0,
                pool_bytes: 0,
                last: None,
                read: 0,
                failed: 0,
                at: None,
                learned: None,
                relieved: 0,
                log: keeper::Log::default(),
            }),
            refusals: AtomicU64::new(0),
            options,
        };
        let gate: &'static Self = Box::leak(Box::new(gate));
        gate.turn();
        Ok(gate)
    }

    /// Nanoseconds since the gate started.
    pub(crate) fn now(&self) -> u64 {
        u64::try_from(self.started.elapsed().as_nanos()).unwrap_or(u64::MAX)
    }

    pub(crate) fn mode(&self) -> Mode {
        match self.mode.load(Relaxed) {
            mode if mode == Mode::Off as u8 => Mode::Off,
            mode if mode == Mode::Enforce as u8 => Mode::Enforce,
            _ => Mode::Measure,
        }
    }

    pub(crate) fn set_mode(&self, mode: Mode) {
        self.reservations.set_mode(mode, self.now(), || self.mode.store(mode as u8, Relaxed));
    }

    /// Admits a request with credit of its thread. `None` if that takes more.
    #[inline(always)]
    pub(crate) fn begin_fast(&'static self, site: &'static Site) -> Option<Permit> {
        let word = demand::expected(site);
        // No stripe has credit for a word with a bit, and none has any in mode off.
        self.reservations.take(thread::number(), word).then(|| Permit::new(self, site, word))
    }

    /// Admits a request, lets it wait, or refuses it. `is_free` is asked for only if it does not
    /// find credit.
    #[cold]
    #[inline(never)]
    pub(crate) fn begin_slowly(
        &'static self,
        asking: &Asking,
        is_free: impl FnOnce() -> bool,
    ) -> Begun {
        let Asking { site, priority, deadline } = *asking;
        if self.mode() == Mode::Off {
            return Begun::Admitted(Permit::empty());
        }
        let mut word = demand::expected(site);
        if word == demand::UNKNOWN || word & START != 0 {
            word = self.join(site);
        }
        let start = start_of(word);
        let weight = if start.is_some() { 0 } else { word & !ESTIMATE };
        let since = self.now();
        let patience = deadline.unwrap_or(self.options.deadline).as_nanos();
        let until = since.saturating_add(u64::try_from(patience).unwrap_or(u64::MAX));
        let entry = Entry { weight, priority, since, until, is_shadow: false, start };
        let is_free = thread::is_inside() || is_free();
        let demand = Demand { thread: thread::number(), entry, is_free };
        let (decision, wakers) = self.reservations.decide(&demand);
        let begun = match decision {
            Decision::Admitted(runner) => Begun::Admitted(self.permit(site, word, runner)),
            Decision::Refused(reason) => Begun::Refused(self.refused(reason, site, word)),
            Decision::Waiting(ticket) => {
                self.alarm.set(until);
                Begun::Waiting(Wait { gate: self, ticket, site, word })
            }
        };
        // Last, since a waker may panic: the reservation or the ticket has an owner by now.
        wakers.wake();
        begun
    }

    fn join(&self, site: &'static Site) -> u64 {
        let joined = lock(&self.learning).join(site, &self.reservations, self.now());
        joined.wakers.wake();
        if joined.is_unseen {
            tracing::info!(
                target: "request_arena",
                gate = self.options.name,
                handler = site.name(),
                weight_bytes = self.asked_weight(joined.word),
                "admission knows no request of this handler: its weight is a guess until some of \
                 its scopes have ended (`unseen_bytes` sets it)"
            );
        }
        joined.word
    }

    /// The permit of a request that asked with this word, and its place in a slow start.
    pub(crate) fn permit(
        &'static self,
        site: &'static Site,
        word: u64,
        runner: Option<Runner>,
    ) -> Permit {
        let of_start = |runner: Runner| ESTIMATE | START | u64::from(runner.number());
        Permit::new(self, site, runner.map_or(word, of_start))
    }

    /// The bytes that a permit with this word reserves.
    pub(crate) fn weight(&self, word: u64) -> u64 {
        match runner_of(word) {
            Some(runner) => self.reservations.weight_of(runner),
            None => word & !ESTIMATE,
        }
    }

    /// The bytes that a request asks for with this word.
    fn asked_weight(&self, word: u64) -> u64 {
        match start_of(word) {
            Some(start) => self.reservations.started(start).0,
            None => word & !ESTIMATE,
        }
    }

    /// The bytes that a request of this handler reserves. 0 before its first one.
    pub(crate) fn weight_of(&self, site: &'static Site) -> u64 {
        match demand::expected(site) {
            word if word & START == 0 => word & !ESTIMATE,
            _ => {
                let weights = self.weights().into_iter();
                weights.filter(|weight| weight.site == site).map(|weight| weight.bytes).sum()
            }
        }
    }

    /// The weights of all handlers.
    pub(crate) fn weights(&self) -> Vec<Weight> {
        lock(&self.learning).weights()
    }

    /// The end of a request with a guessed weight: it gives back what it reserved, and then learns,
    /// as a round of a slow start may be over now.
    #[cold]
    #[inline(never)]
    pub(crate) fn end_guessed(&self, site: &'static Site, word: u64) {
        let now = self.now();
        let guess = runner_of(word).map_or(Guess::Fixed(word & !ESTIMATE), Guess::Start);
        let mut wakers = self.reservations.end(guess, now);
        wakers.extend(lock(&self.learning).end(site, &self.reservations, now));
        // Last, since a waker may panic.
        wakers.wake();
    }

    pub(crate) fn refused(&self, reason: Reason, site: &'static Site, word: u64) -> Refused {
        // The golden ratio spreads any number of refusals evenly.
        let count = self.refusals.fetch_add(1, Relaxed) as f64;
        let part = (count * 0.618_033_988_749_895).fract();
        let Options { retry_after, retry_spread, .. } = self.options;
        let spread = Duration::try_from_secs_f64(retry_spread.as_secs_f64() * part);
        let retry_after = retry_after.saturating_add(spread.unwrap_or(Duration::MAX));
        Refused { reason, handler: site.name(), weight_bytes: self.asked_weight(word), retry_after }
    }

    /// Reads the container, sets the budget, refuses requests at their deadline, and learns.
    pub(crate) fn turn(&self) {
        let before = self.reservations.held();
        // Without the lock, as the user's function may ask for figures.
        let given = match self.options.source {
            Source::Function(read) => read(),
            Source::System | Source::Beneath(_) | Source::Process => None,
        };
        let mut readings = lock(&self.readings);
        let room = self.room(&mut readings, before, given);
        let now = self.now();
        self.reservations.turn(room, now);
        let standing = self.reservations.standing();
        let mut learning = lock(&self.learning);
        let mut wakers = learning.follow(&self.reservations, &standing.room, now);
        if readings.learned.is_none_or(|at| now.saturating_sub(at) >= LESSON) {
            readings.learned = Some(now);
            wakers.extend(learning.learn_all(&self.reservations, &standing.room, now));
            readings.arena_share = learning.arena_share();
        }
        drop(learning);
        let is_waiting = standing.waiting.iter().sum::<usize>() > 0;
        let is_time = now.saturating_sub(readings.relieved) >= RELIEF;
        let free_bytes = readings.reader.free_bytes();
        let is_full = readings
            .last
            .is_some_and(|(_, last)| free_pages_fill(&standing.room, last.kept_bytes, free_bytes));
        // Also in measure mode, which otherwise would count the requests of another process: one
        // that the kernel kills for free memory.
        let relieves = (is_waiting && is_time || is_full) && self.mode() != Mode::Off;
        if relieves {
            readings.relieved = now;
        }
        let note = readings.log.note(&standing, now);
        let (last, base) = (readings.last, readings.base.bytes());
        // The log and the option may call code of the user, which may ask for figures.
        drop(readings);
        wakers.wake();
        if let Some(note) = note {
            keeper::log(self, note, &standing, last, base);
        }
        if relieves {
            (self.options.relieve)();
        }
    }

    /// Refuses requests at their deadline.
    pub(crate) fn expire(&self) {
        self.reservations.turn(None, self.now());
    }

    /// The room by a new reading. `before` are the weights of all permits before it.
    fn room(&self, readings: &mut Readings, before: u64, given: Option<Reading>) -> Option<Room> {
        let mut written = 0;
        let by_name = lock(&self.learning).words_by_name();
        demand::visit_open(|site, bytes| {
            let word = match demand::expected(site) {
                demand::UNKNOWN => by_name.get(site.name()).copied().unwrap_or(demand::UNKNOWN),
                word => word,
            };
            // In a slow start the weights change, and none counts rather than too much.
            written += if word & START == 0 { bytes.written.min(word & !ESTIMATE) } else { 0 };
        });
        let reading = readings.reader.read(given);
        let held = before.min(self.reservations.held());
        let Some((_, figures)) = reading else {
            readings.failed += 1;
            // Later, the last budget stays: a file that is unreadable once is no reason to admit
            // everything.
            return readings.last.is_none().then_some(Room::UNLIMITED);
        };
        readings.read += 1;
        (readings.last, readings.at) = (reading, Some(self.now()));
        let Options { reserve, hysteresis, .. } = self.options;
        let idle = if readings.reader.is_of_process() { demand::idle_written() } else { 0 };
        readings.pool_bytes = spare(figures, reserve, idle, readings.arena_share);
        let kept_bytes = figures.kept_bytes - readings.pool_bytes;
        let figures = Reading { kept_bytes, ..figures };
        Some(readings.base.room(figures, (held, written), (reserve, hysteresis)))
    }

    pub(crate) fn readings(&self) -> impl core::ops::Deref<Target = Readings> + '_ {
        lock(&self.readings)
    }
}

/// The place in a slow start of a permit with this word.
const fn runner_of(word: u64) -> Option<Runner> {
    if word & START == 0 { None } else { Some(Runner::of_number(word as u32)) }
}

/// The slow start of a request that asks with this word.
const fn start_of(word: u64) -> Option<StartId> {
    if word & START == 0 { None } else { Some(word as StartId) }
}

/// Whether free pages of the allocator are in the reserve, and giving them back would clear a part
/// of it. Free pages count as room, but the kernel kills for them, too: one arena of jemalloc can
/// need new pages while another one keeps free pages.
const fn free_pages_fill(room: &Room, kept_bytes: u64, free_bytes: u64) -> bool {
    free_bytes > room.hysteresis && kept_bytes + free_bytes > room.whole
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn free_pages_are_given_back_if_they_fill_the_reserve() {
        let room = Room { whole: 900, hysteresis: 20, ..Room::UNLIMITED };
        let fill = |kept_bytes, free_bytes| free_pages_fill(&room, kept_bytes, free_bytes);
        assert!(fill(500, 401) && fill(880, 21));
        assert!(!fill(500, 400), "there is room for them");
        assert!(!fill(990, 20), "that would not help");
        assert!(!fill(990, 0));
    }
}
