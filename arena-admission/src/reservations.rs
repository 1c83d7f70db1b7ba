//! The reservations of a gate: the [central part](crate::central) behind its lock, and the
//! [credit](crate::credit) of threads.
//!
//! It takes no clock, no reading and no site, so that `tests/loom.rs` can run it in every order of
//! its threads. Times are nanoseconds that the caller gives.
//!
//! **Invariant:** `reserved` is the sum of all permits' weights, of all [credit](crate::credit),
//! and of the weights that were granted to tickets and not fetched yet. In enforce mode it grows
//! only up to the budget, or for a single request up to `alone`.

use core::sync::atomic::Ordering::Relaxed;
use core::task::Waker;

use crate::central::{Central, Counts, Decision, Room};
use crate::credit::{Credit, Returned};
use crate::order::{Mode, Order, Priority};
use crate::queue::{Entry, Found, Ticket};
use crate::refused::Reason;
use crate::start::{Runner, StartId};
use crate::sync::{AtomicU64, Mutex, lock};
use crate::wakers::Wakers;

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
    Start(Runner),
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

impl Reservations {
    pub(crate) fn new(stripes: usize, order: Order, most_waiting: usize, mode: Mode) -> Self {
        let central = Mutex::new(Central::new(order, most_waiting, mode));
        Self { credit: Credit::new(stripes), most: AtomicU64::new(0), central }
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
            return (Decision::Admitted(central.admit(&entry)), wakers);
        }
        if weight > central.room.whole && central.mode == Mode::Enforce {
            return (central.refuse(Reason::TooLarge), wakers);
        }
        let is_first =
            central.mode != Mode::Enforce || central.queue.would_be_first(entry.priority);
        if is_first && central.fits(weight) {
            self.refill(&mut central, thread, weight);
            return (Decision::Admitted(central.admit(&entry)), wakers);
        }
        if !central.is_closed {
            self.close(&mut central);
            if is_first && central.fits(weight) {
                let decision = Decision::Admitted(central.admit(&entry));
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
                    wakers.add(displaced.waker);
                }
                self.settle(&mut central, entry.since, &mut wakers);
                match central.queue.look(ticket, &mut None) {
                    Found::Waiting => Decision::Waiting(ticket),
                    Found::Granted(runner) => Decision::Admitted(runner),
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
                central.queue.grant(ticket, None)
            } else if central.mode != Mode::Enforce || central.fits(entry.weight) {
                central.counts.waited.record(now.saturating_sub(entry.since));
                let runner = central.admit(&entry);
                central.queue.grant(ticket, runner)
            } else if entry.weight > central.room.whole {
                let _ = central.refuse(Reason::TooLarge);
                central.queue.refuse(ticket, Reason::TooLarge)
            } else {
                break;
            };
            wakers.add(waker);
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
            Found::Granted(runner) => central.take_back(&entry, runner),
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
            wakers.add(central.queue.refuse(ticket, Reason::Deadline));
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

    /// Begins the slow start of a handler. Each request of its first round weighs this much.
    pub(crate) fn start(&self, weight: u64) -> StartId {
        lock(&self.central).starts.add(weight)
    }

    /// What a request of a slow start weighs, and how many run.
    pub(crate) fn started(&self, start: StartId) -> (u64, u64) {
        let central = lock(&self.central);
        (central.starts.weight(start), central.starts.running(start))
    }

    /// What a running request of a slow start weighs.
    pub(crate) fn weight_of(&self, runner: Runner) -> u64 {
        lock(&self.central).starts.weight_of(runner)
    }

    /// Closes the round of a slow start once it has had `most` requests, see
    /// [`Starts::next_round`](crate::start::Starts::next_round). Returns the requests of rounds
    /// that are complete now.
    pub(crate) fn next_round(&self, start: StartId, most: u64) -> u64 {
        let mut central = lock(&self.central);
        let (ended, change) = central.starts.next_round(start, most);
        change.apply(&mut central.reserved);
        ended
    }

    /// Changes what the requests of a slow start weigh: those that wait and those of the current
    /// round, and those of closed ones.
    pub(crate) fn reweigh(
        &self,
        start: StartId,
        (weight, closed_weight): (u64, u64),
        now: u64,
    ) -> Wakers {
        let mut wakers = Wakers::default();
        let mut central = lock(&self.central);
        let before = central.starts.weight(start);
        central.starts.reweigh(start, weight, closed_weight).apply(&mut central.reserved);
        if before != weight {
            central.queue.reweigh(start, before, weight);
        }
        self.settle(&mut central, now, &mut wakers);
        wakers
    }

    /// The way out of a request with a guessed weight. It takes the lock.
    pub(crate) fn end(&self, guess: Guess, now: u64) -> Wakers {
        let mut wakers = Wakers::default();
        let mut central = lock(&self.central);
        central.reserved -= match guess {
            Guess::Fixed(weight) => weight,
            Guess::Start(runner) => central.starts.end(runner),
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
