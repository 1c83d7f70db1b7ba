//! The central part: how much is reserved, how much there is, and who waits.
//!
//! It takes no clock, no reading and no site, so that `tests/loom.rs` can run it in every order of
//! its threads. Times are nanoseconds that the caller gives.
//!
//! **Invariant:** `reserved` is the sum of all permits' weights, of all [credit](crate::credit),
//! and of the weights that were granted to tickets and not fetched yet. In enforce mode it grows
//! only up to the budget, or for a single request up to `alone`.

use core::sync::atomic::Ordering::Relaxed;
use core::task::Waker;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};

use request_arena_core::Nanoseconds;

use crate::credit::{Credit, Returned};
use crate::order::{Mode, Order, Priority};
use crate::queue::{Entry, Found, Queue, Ticket};
use crate::refused::Reason;
use crate::start::{StartId, Starts};
use crate::sync::{AtomicU64, Mutex, lock};

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

/// A request that did not find its weight on its stripe.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Demand {
    pub(crate) thread: usize,
    pub(crate) entry: Entry,
    /// Whether it may neither wait nor be refused.
    pub(crate) is_free: bool,
}

/// What a request with a guessed weight gives back.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Guess {
    Fixed(u64),
    Start(StartId),
}

/// What becomes of a demand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Decision {
    Admitted,
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

/// A copy of what the lock guards.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Standing {
    pub(crate) counts: Counts,
    pub(crate) room: Room,
    /// The weights of all permits.
    pub(crate) held: u64,
    /// The same, with credit.
    pub(crate) reserved: u64,
    pub(crate) waiting: [usize; Priority::COUNT],
    pub(crate) is_pressed: bool,
    pub(crate) next_end: Option<u64>,
    /// Requests that took their weight from a stripe.
    pub(crate) taken: u64,
    /// Requests that needed no admission.
    pub(crate) exempt: u64,
}

/// See the module.
#[derive(Debug)]
pub(crate) struct Reservations {
    credit: Credit,
    /// Bytes that a stripe keeps at most. It gets half of them at a time.
    most: AtomicU64,
    central: Mutex<Central>,
}

#[derive(Debug)]
struct Central {
    mode: Mode,
    room: Room,
    reserved: u64,
    /// Whether the stripes are closed.
    is_closed: bool,
    queue: Queue,
    counts: Counts,
    starts: Starts,
}

impl Central {
    fn fits(&self, weight: u64) -> bool {
        self.reserved.saturating_add(weight) <= self.room.budget
            || self.is_closed && self.reserved == 0 && weight <= self.room.alone
    }

    /// Sets the requests aside that the end of others cannot help. Those that can never fit stay in
    /// the order, and are refused there.
    fn set_aside(&mut self) {
        let Room { possible, whole, .. } = self.room;
        let end = whole.saturating_add(1);
        let start = match self.mode {
            Mode::Enforce => possible.saturating_add(1).min(end),
            Mode::Measure | Mode::Off => end,
        };
        self.queue.set_aside(start..end);
    }

    fn refuse(&mut self, reason: Reason) -> Decision {
        self.counts.refused[reason as usize] += 1;
        Decision::Refused(reason)
    }

    /// Counts a request that ends its wait without room.
    fn count_end(&mut self, entry: &Entry, reason: Reason) {
        let counts = &mut self.counts;
        let counters =
            if entry.is_shadow { &mut counts.would_have_refused } else { &mut counts.refused };
        counters[reason as usize] += 1;
    }

    fn admit(&mut self, entry: &Entry) -> Decision {
        self.reserved += entry.weight;
        self.counts.admitted += 1;
        if let Some(start) = entry.start {
            self.starts.begin(start);
        }
        Decision::Admitted
    }

    /// Takes the weight of an admitted request back.
    fn take_back(&mut self, entry: &Entry) {
        self.reserved -= match entry.start {
            Some(start) => self.starts.end(start),
            None => entry.weight,
        };
    }

    /// In measure mode: admits a request that does not fit, and follows what would have become of
    /// it.
    fn overdraw(&mut self, entry: Entry) -> Decision {
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
        self.admit(&entry)
    }
}

/// Wakers to call once the lock is released.
#[must_use = "the requests sleep on"]
#[derive(Debug, Default)]
pub(crate) struct Wakers(Vec<Waker>);

impl Wakers {
    pub(crate) fn extend(&mut self, other: Self) {
        self.0.extend(other.0);
    }

    /// Wakes all. If a waker panics, the others are woken before the panic goes on.
    pub(crate) fn wake(self) {
        let mut panic = None;
        for waker in self.0 {
            let woken = catch_unwind(AssertUnwindSafe(|| waker.wake()));
            panic = panic.or(woken.err());
        }
        if let Some(panic) = panic {
            // A second panic would abort the process.
            if !std::thread::panicking() {
                resume_unwind(panic);
            }
        }
    }
}

impl Reservations {
    pub(crate) fn new(stripes: usize, order: Order, most_waiting: usize, mode: Mode) -> Self {
        let central = Central {
            mode,
            room: Room { budget: 0, alone: 0, possible: 0, whole: 0, hysteresis: 0 },
            reserved: 0,
            is_closed: true,
            queue: Queue::new(order, most_waiting),
            counts: Counts::default(),
            starts: Starts::default(),
        };
        Self { credit: Credit::new(stripes), most: AtomicU64::new(0), central: Mutex::new(central) }
    }

    /// The frequent way in: takes the weight from the thread's stripe.
    #[inline(always)]
    pub(crate) fn take(&self, thread: usize, weight: u64) -> bool {
        self.credit.take(thread, weight)
    }

    /// Counts a request that needs no admission.
    pub(crate) fn count_exempt(&self, thread: usize) {
        self.credit.count_exempt(thread);
    }

    /// The way in of a request that did not find its weight on its stripe.
    pub(crate) fn decide(&self, demand: &Demand) -> (Decision, Wakers) {
        let Demand { thread, mut entry, is_free } = *demand;
        let mut central = lock(&self.central);
        let mut wakers = Wakers::default();
        if let Some(start) = entry.start {
            entry.weight = central.starts.weight(start);
        }
        let weight = entry.weight;
        if is_free {
            let is_room = self.held_in(&central).saturating_add(weight) <= central.room.budget;
            central.counts.nested += u64::from(!is_room);
            return (central.admit(&entry), wakers);
        }
        if weight > central.room.whole && central.mode == Mode::Enforce {
            return (central.refuse(Reason::TooLarge), wakers);
        }
        let is_first =
            central.mode != Mode::Enforce || central.queue.would_be_first(entry.priority);
        if is_first && central.fits(weight) {
            self.refill(&mut central, thread, weight);
            return (central.admit(&entry), wakers);
        }
        if !central.is_closed {
            self.close(&mut central);
            if is_first && central.fits(weight) {
                let decision = central.admit(&entry);
                self.settle(&mut central, entry.since, &mut wakers);
                return (decision, wakers);
            }
        }
        if central.mode != Mode::Enforce {
            return (central.overdraw(entry), wakers);
        }
        if entry.until <= entry.since {
            return (central.refuse(Reason::Deadline), wakers);
        }
        let decision = match central.queue.push(entry) {
            Err(reason) => central.refuse(reason),
            Ok((ticket, displaced)) => {
                if let Some(displaced) = displaced {
                    central.count_end(&displaced.entry, Reason::Displaced);
                    wakers.0.extend(displaced.waker);
                }
                self.settle(&mut central, entry.since, &mut wakers);
                match central.queue.look(ticket, &mut None) {
                    Found::Waiting => Decision::Waiting(ticket),
                    Found::Granted => Decision::Admitted,
                    Found::Refused(reason) => Decision::Refused(reason),
                }
            }
        };
        (decision, wakers)
    }

    /// The way out. `now` is asked for only if others wait.
    #[inline(always)]
    pub(crate) fn give(&self, thread: usize, weight: u64, now: impl FnOnce() -> u64) {
        match self.credit.give(thread, weight, self.most.load(Relaxed)) {
            Returned::Ready => {}
            Returned::TooMuch => self.skim(thread),
            Returned::Closed => self.collect(thread, now()),
        }
    }

    /// Passes on what a stripe has too much.
    #[cold]
    #[inline(never)]
    fn skim(&self, thread: usize) {
        let mut central = lock(&self.central);
        central.reserved -= self.credit.skim(thread, self.most.load(Relaxed) / 2);
    }

    /// Passes on what was returned to a closed stripe.
    #[cold]
    #[inline(never)]
    fn collect(&self, thread: usize, now: u64) {
        let mut wakers = Wakers::default();
        let mut central = lock(&self.central);
        if central.is_closed {
            central.reserved -= self.credit.collect(thread);
            self.settle(&mut central, now, &mut wakers);
        }
        drop(central);
        wakers.wake();
    }

    /// Gives the thread's stripe a batch for later requests, if there is plenty of room.
    fn refill(&self, central: &mut Central, thread: usize, weight: u64) {
        let batch = self.most.load(Relaxed) / 2;
        let left = central.room.budget.saturating_sub(central.reserved + weight);
        let bytes = batch.min(left / 2);
        if !central.is_closed && bytes >= weight {
            central.reserved += bytes;
            let _ = self.credit.give(thread, bytes, u64::MAX);
        }
    }

    fn close(&self, central: &mut Central) {
        central.is_closed = true;
        central.reserved -= self.credit.close();
    }

    /// Serves requests that wait as long as there is room, and opens the stripes if there is
    /// plenty.
    fn settle(&self, central: &mut Central, now: u64, wakers: &mut Wakers) {
        while let Some((ticket, entry)) = central.queue.first() {
            let waker = if entry.is_shadow {
                if central.reserved > central.room.budget {
                    break;
                }
                central.counts.waited.record(now.saturating_sub(entry.since));
                central.queue.grant(ticket)
            } else if central.mode != Mode::Enforce || central.fits(entry.weight) {
                central.counts.waited.record(now.saturating_sub(entry.since));
                let _ = central.admit(&entry);
                central.queue.grant(ticket)
            } else if entry.weight > central.room.whole {
                let _ = central.refuse(Reason::TooLarge);
                central.queue.refuse(ticket, Reason::TooLarge)
            } else {
                break;
            };
            wakers.0.extend(waker);
        }
        let is_plenty =
            central.reserved.saturating_add(central.room.hysteresis) < central.room.budget;
        let is_on = central.mode != Mode::Off;
        if central.is_closed && is_on && is_plenty && central.queue.len() == 0 {
            central.is_closed = false;
            self.credit.open();
        }
    }

    /// What became of a ticket. Its owner is woken once that is decided.
    pub(crate) fn look(&self, ticket: Ticket, waker: &Waker) -> Found {
        // Cloned and dropped without the lock: both may be code of the user.
        let mut waker = Some(waker.clone());
        let mut central = lock(&self.central);
        let found = central.queue.look(ticket, &mut waker);
        drop(central);
        found
    }

    /// The owner of a ticket leaves. What was granted to it goes to others.
    pub(crate) fn leave(&self, ticket: Ticket, now: u64) {
        let (mut wakers, mut waker) = (Wakers::default(), None);
        let mut central = lock(&self.central);
        let (entry, found) = central.queue.leave(ticket, &mut waker);
        match found {
            Found::Waiting => central.counts.left += 1,
            Found::Granted => central.take_back(&entry),
            Found::Refused(_) => {}
        }
        self.settle(&mut central, now, &mut wakers);
        drop(central);
        drop(waker);
        wakers.wake();
    }

    /// Sets how much there is, and refuses requests at their deadline.
    pub(crate) fn turn(&self, room: Option<Room>, now: u64) {
        let mut wakers = Wakers::default();
        let mut central = lock(&self.central);
        if let Some(room) = room {
            self.set_room(&mut central, room);
        }
        while let Some((ticket, entry)) = central.queue.expired(now) {
            central.count_end(&entry, Reason::Deadline);
            wakers.0.extend(central.queue.refuse(ticket, Reason::Deadline));
        }
        self.settle(&mut central, now, &mut wakers);
        drop(central);
        wakers.wake();
    }

    fn set_room(&self, central: &mut Central, room: Room) {
        let before = central.room;
        central.room = room;
        // A budget that rises a little and falls again would admit and refuse in turns.
        let rises_a_little = room.budget > before.budget
            && room.budget - before.budget < room.hysteresis
            && room.whole == before.whole;
        if rises_a_little && central.queue.len() > 0 {
            central.room.budget = before.budget;
        }
        central.set_aside();
        // Many small batches, so that little is left on stripes of idle threads.
        self.most.store(2 * (room.budget / (16 * self.credit.stripes())), Relaxed);
        let is_short = central.reserved.saturating_add(room.hysteresis) >= central.room.budget;
        if is_short && !central.is_closed {
            self.close(central);
        }
    }

    /// Changes the mode. In another mode than enforce no request waits. In mode off all stripes are
    /// closed, so that requests look at the mode only if they find no credit. `publish` runs with
    /// the lock, so that the mode it shows to others is this one if several threads change it.
    pub(crate) fn set_mode(&self, mode: Mode, now: u64, publish: impl FnOnce()) {
        let mut wakers = Wakers::default();
        let mut central = lock(&self.central);
        central.mode = mode;
        central.set_aside();
        publish();
        if mode == Mode::Off && !central.is_closed {
            self.close(&mut central);
        }
        self.settle(&mut central, now, &mut wakers);
        drop(central);
        wakers.wake();
    }

    /// Begins the slow start of a handler, in which each of its requests weighs this much.
    pub(crate) fn start(&self, weight: u64) -> StartId {
        lock(&self.central).starts.add(weight)
    }

    /// What a request of a slow start weighs, and how many run.
    pub(crate) fn started(&self, start: StartId) -> (u64, u64) {
        let central = lock(&self.central);
        (central.starts.weight(start), central.starts.running(start))
    }

    /// Changes what the requests of a slow start weigh: those that run, and those that wait.
    pub(crate) fn reweigh(&self, start: StartId, weight: u64, now: u64) -> Wakers {
        let mut wakers = Wakers::default();
        let mut central = lock(&self.central);
        let each = central.starts.weight(start);
        let (before, after) = central.starts.reweigh(start, weight);
        central.reserved = central.reserved - before + after;
        central.queue.reweigh(start, each, weight);
        self.settle(&mut central, now, &mut wakers);
        wakers
    }

    /// The way out of a request with a guessed weight. It takes the lock.
    pub(crate) fn end(&self, guess: Guess, now: u64) -> Wakers {
        let mut wakers = Wakers::default();
        let mut central = lock(&self.central);
        central.reserved -= match guess {
            Guess::Fixed(weight) => weight,
            Guess::Start(start) => central.starts.end(start),
        };
        self.settle(&mut central, now, &mut wakers);
        wakers
    }

    /// The weights of all permits.
    pub(crate) fn held(&self) -> u64 {
        self.held_in(&lock(&self.central))
    }

    fn held_in(&self, central: &Central) -> u64 {
        central.reserved.saturating_sub(self.credit.bytes())
    }

    pub(crate) fn standing(&self) -> Standing {
        let central = lock(&self.central);
        Standing {
            counts: central.counts,
            room: central.room,
            held: self.held_in(&central),
            reserved: central.reserved,
            waiting: central.queue.lengths(),
            is_pressed: central.is_closed,
            next_end: central.queue.next_end(),
            taken: self.credit.taken(),
            exempt: self.credit.exempt(),
        }
    }
}
