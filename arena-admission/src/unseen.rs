//! The weight of a handler without figures: a guess, until one of its requests has ended.
//!
//! With [`Options::unseen_bytes`] the guess is that number. Without, it is the eighth part of the
//! budget at first, so that a burst after a cold start does not fill the container. That is the
//! [slow start](crate::start) of the handler.
//!
//! A request that streams may never end, and must not keep its share for ever. So the guess halves
//! with each second in which requests of the handler run, or end without figures. It never falls
//! below [`LEAST_GUESS`], and not below the chunks of the largest open scope of the handler. So
//! the number of requests that run doubles with each second, and the slow start is over after as
//! many seconds as the budget has doublings of 8 MiB: 5 for 256 MiB, 13 for 64 GiB. Requests that
//! end at once, as a check refuses them, do not hasten it.
//!
//! Handlers whose requests all take their memory after many seconds are the case that this does not
//! cover. `unseen_bytes` does.

use request_arena_core::demand;

use crate::central::Room;
use crate::options::Options;
use crate::reservations::Reservations;
use crate::start::StartId;
use crate::wakers::Wakers;

/// The bit of a word for a weight that is not learned. No credit is so large, so requests with it
/// take the way with the lock. At its end such a request looks whether there are figures now.
pub(crate) const ESTIMATE: u64 = demand::UNKNOWN;
/// The further bit of a handler in its slow start. In a permit, the number of the start is in the
/// lower bits.
pub(crate) const START: u64 = 1 << 61;

/// The least that a request without figures weighs: 1 MiB.
const LEAST_GUESS: u64 = 1 << 20;
/// The part of the budget that the first request of a handler weighs.
const FIRST_PART: u64 = 8;
/// After this many requests without figures, a request no longer looks for them at its end.
const ATTEMPTS: u32 = 16;

/// What handlers without figures weigh.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Policy {
    fixed: Option<u64>,
    /// What all requests together can get.
    budget: u64,
}

impl Policy {
    pub(crate) fn new(unseen_bytes: Option<u64>) -> Self {
        Self { fixed: unseen_bytes, budget: 0 }
    }

    pub(crate) fn set_budget(&mut self, budget: u64) {
        self.budget = budget;
    }

    /// The first guess of a handler.
    fn first(self) -> u64 {
        let of_budget = match self.budget {
            // Without a limit every request fits.
            budget if budget >= Room::UNLIMITED.budget => LEAST_GUESS,
            budget => (budget / FIRST_PART).clamp(LEAST_GUESS, Options::MOST_WEIGHT),
        };
        self.fixed.unwrap_or(of_budget)
    }

    /// The last one.
    fn least(self) -> u64 {
        self.fixed.unwrap_or(LEAST_GUESS)
    }
}

/// The guess of one handler.
#[derive(Debug)]
pub(crate) struct Unseen {
    bytes: u64,
    start: Option<StartId>,
    /// Requests that have ended without figures.
    attempts: u32,
    /// Whether one has since the last second.
    has_ended: bool,
}

impl Unseen {
    pub(crate) fn new(policy: Policy) -> Self {
        Self { bytes: policy.first(), start: None, attempts: 0, has_ended: false }
    }

    pub(crate) fn bytes(&self) -> u64 {
        self.bytes
    }

    /// The word of the handler's site.
    pub(crate) fn word(&self, policy: Policy) -> u64 {
        if self.bytes > policy.least() {
            ESTIMATE | START
        } else if self.attempts < ATTEMPTS {
            ESTIMATE | self.bytes
        } else {
            self.bytes
        }
    }

    /// The word of a request's permit. The first request begins the slow start.
    pub(crate) fn join(&mut self, policy: Policy, gate: &Reservations) -> u64 {
        let word = self.word(policy);
        if word & START == 0 {
            return word;
        }
        let bytes = self.bytes;
        word | u64::from(*self.start.get_or_insert_with(|| gate.start(bytes)))
    }

    /// A request has ended without figures.
    pub(crate) fn end(&mut self) {
        self.attempts = self.attempts.saturating_add(1);
        self.has_ended = true;
    }

    /// Halves the guess if requests run, or have ended. It runs once a second. `held` are the
    /// chunks of the handler's largest open scope, in bytes.
    pub(crate) fn shrink(
        &mut self,
        policy: Policy,
        held: u64,
        gate: &Reservations,
        now: u64,
    ) -> Wakers {
        if policy.fixed.is_some() {
            return Wakers::default();
        }
        // The budget may have fallen since.
        self.bytes = self.bytes.min(policy.first());
        let is_running = self.start.is_some_and(|start| gate.started(start).1 > 0);
        if core::mem::take(&mut self.has_ended) || is_running {
            self.bytes = (self.bytes / 2).max(policy.least()).max(held);
        }
        self.reweigh(self.bytes, gate, now)
    }

    /// Changes what the requests of the slow start weigh.
    pub(crate) fn reweigh(&self, weight: u64, gate: &Reservations, now: u64) -> Wakers {
        match self.start {
            Some(start) if gate.started(start).0 != weight => gate.reweigh(start, weight, now),
            Some(_) | None => Wakers::default(),
        }
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::central::Decision;
    use crate::learning::{Joined, Learning};
    use crate::order::{Mode, Order, Priority};
    use crate::queue::Entry;
    use crate::reservations::{Demand, Guess};
    use request_arena_core::Site;

    pub(crate) const MIB: u64 = 1 << 20;

    /// A gate with this budget, and its learning.
    pub(crate) fn gate(budget: u64) -> (Reservations, Learning, Room) {
        let gate = Reservations::new(1, Order::Fifo, 100, Mode::Enforce);
        let room = Room { budget, alone: budget, possible: budget, whole: budget, hysteresis: 0 };
        gate.turn(Some(room), 0);
        let mut learning = Learning::new(&Options::default());
        learning.learn_all(&gate, &room, 0).wake();
        (gate, learning, room)
    }

    /// Asks for a request of this handler. The permit's word, if it is admitted.
    pub(crate) fn ask(
        gate: &Reservations,
        learning: &mut Learning,
        site: &'static Site,
    ) -> Option<u64> {
        let Joined { word, wakers, .. } = learning.join(site, gate, 0);
        wakers.wake();
        let is_start = word & START != 0;
        let entry = Entry {
            weight: word & !ESTIMATE,
            priority: Priority::Normal,
            since: 0,
            until: 0,
            is_shadow: false,
            start: is_start.then_some(word as StartId),
        };
        let (decision, wakers) = gate.decide(&Demand { thread: 0, entry, is_free: false });
        wakers.wake();
        (decision == Decision::Admitted).then_some(word)
    }

    #[test]
    fn requests_that_never_end_are_admitted_more_and_more() {
        static SITE: Site = Site::new("stream", module_path!(), file!(), line!());
        let (gate, mut learning, room) = gate(256 * MIB);
        let mut running = 0;
        for expected in [8, 16, 32, 64, 128, 256] {
            while ask(&gate, &mut learning, &SITE).is_some() {
                running += 1;
            }
            assert_eq!((running, gate.standing().held), (expected, 256 * MIB));
            learning.learn_all(&gate, &room, 0).wake();
        }
        assert_eq!(demand::expected(&SITE), ESTIMATE | LEAST_GUESS, "the slow start is over");
        assert!(learning.weights()[0].is_guess);
    }

    #[test]
    fn requests_without_figures_halve_the_guess_once_a_second_however_many_end() {
        static SITE: Site = Site::new("no scope", module_path!(), file!(), line!());
        let (gate, mut learning, room) = gate(256 * MIB);
        for expected in [32, 16, 8, 4, 2] {
            for _ in 0..3 {
                let word = ask(&gate, &mut learning, &SITE).unwrap();
                assert_eq!(gate.standing().held, expected * MIB);
                gate.end(Guess::Start(word as StartId), 0).wake();
                learning.end(&SITE, &gate, 0).wake();
            }
            learning.learn_all(&gate, &room, 0).wake();
        }
        assert_eq!(demand::expected(&SITE), ESTIMATE | LEAST_GUESS, "after 15 requests");
        learning.end(&SITE, &gate, 0).wake();
        assert_eq!(demand::expected(&SITE), LEAST_GUESS, "it takes the way without the lock now");
    }

    #[test]
    fn the_first_guess_follows_the_budget_and_an_idle_handler_keeps_it() {
        static SITE: Site = Site::new("idle", module_path!(), file!(), line!());
        let (gate, mut learning, room) = gate(800 * MIB);
        assert!(ask(&gate, &mut learning, &SITE).is_some());
        assert_eq!(learning.weights()[0].bytes, 100 * MIB);
        gate.end(Guess::Start(0), 0).wake();
        (0..3).for_each(|_| learning.learn_all(&gate, &room, 0).wake());
        assert_eq!(learning.weights()[0].bytes, 100 * MIB);
        let less = Room { budget: 80 * MIB, ..room };
        learning.learn_all(&gate, &less, 0).wake();
        assert_eq!(gate.started(0), (10 * MIB, 0));
    }

    #[test]
    fn without_a_limit_and_with_a_fixed_guess_there_is_no_slow_start() {
        let policy = |unseen, budget| {
            let mut policy = Policy::new(unseen);
            policy.set_budget(budget);
            (policy.first(), policy.least())
        };
        assert_eq!(policy(None, Room::UNLIMITED.budget), (LEAST_GUESS, LEAST_GUESS));
        assert_eq!(policy(Some(7), 800 * MIB), (7, 7));
        assert_eq!(policy(None, 800 * MIB), (100 * MIB, LEAST_GUESS));
    }

    #[test]
    fn a_fixed_guess_stays_as_it_is() {
        let (gate, ..) = gate(256 * MIB);
        let policy = Policy::new(Some(7));
        let mut unseen = Unseen::new(policy);
        unseen.end();
        unseen.shrink(policy, 5 * MIB, &gate, 0).wake();
        assert_eq!(unseen.join(policy, &gate), ESTIMATE | 7);
    }

    #[test]
    fn the_guess_does_not_fall_below_what_an_open_scope_holds() {
        static SITE: Site = Site::new("large stream", module_path!(), file!(), line!());
        let (gate, mut learning, room) = gate(256 * MIB);
        assert!(ask(&gate, &mut learning, &SITE).is_some());
        request_arena_core::scope(&SITE, |arena| {
            arena.alloc_slice_fill_copy(5 << 20, 1_u8);
            (0..8).for_each(|_| learning.learn_all(&gate, &room, 0).wake());
        });
        let guess = learning.weights()[0].bytes;
        assert!((5 * MIB..16 * MIB).contains(&guess), "{guess}");
    }
}
