//! The weight of a handler with no figures yet, or few: a guess.
//!
//! With [`Options::unseen_bytes`] the guess is that number, until one request has ended. Without,
//! it is the eighth part of the budget at first, so that a burst after a cold start does not fill
//! the container. That is the [slow start](crate::start) of the handler.
//!
//! Its requests run in rounds. If `n` requests of complete rounds have ended with figures, each
//! further one weighs at least `5 / (n + 5)` of the guess, and a round has as many requests as fit
//! into the budget then. The reason: with 99 % confidence, at most `5 / n` of all requests need
//! more than all `n` that were seen. So at most about eight of a round do, and the guess has room
//! for eight. Those that still run when the round is closed may be the ones, so they weigh the
//! whole guess. The slow start is over when the part is below the weight that was learned, or below
//! [`LEAST_GUESS`].
//!
//! A request that streams may never end, and must not keep its share for ever. So the guess halves
//! with each second in which requests of the handler run, or end without figures. It never falls
//! below [`LEAST_GUESS`], and without figures not below the chunks of the largest open scope of the
//! handler. So the number of requests that run doubles with each second, and the slow start is over
//! after as many seconds as the budget has doublings of 8 MiB: 5 for 256 MiB, 13 for 64 GiB.
//! Requests that end at once, as a check refuses them, do not hasten it.
//!
//! If all requests of a handler take their memory after many seconds, this does not help.
//! `unseen_bytes` does.

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
/// With 99 % confidence at most 5 of `n`, see the module.
const CONFIDENCE: u64 = 5;
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
    /// Whether a request has ended since the last second.
    has_ended: bool,
    /// Requests of complete rounds, with those from before the first one asked.
    complete: u64,
    /// Whether the slow start is over: there are figures enough.
    is_over: bool,
}

impl Unseen {
    pub(crate) fn new(policy: Policy) -> Self {
        let bytes = policy.first();
        Self { bytes, start: None, attempts: 0, has_ended: false, complete: 0, is_over: false }
    }

    pub(crate) fn bytes(&self) -> u64 {
        self.bytes
    }

    pub(crate) fn is_over(&self) -> bool {
        self.is_over
    }

    /// Requests that had figures before the handler asked for admission.
    pub(crate) fn trust(&mut self, ended: u64) {
        self.complete = ended;
    }

    /// The weight of a handler with figures. `learned` follows from them. `ended` is the number of
    /// its requests with figures.
    pub(crate) fn weight(
        &mut self,
        policy: Policy,
        learned: u64,
        ended: u64,
        gate: &Reservations,
    ) -> u64 {
        if self.is_over {
            return learned;
        }
        // Not all requests have figures.
        let seen = |complete: u64| complete.min(ended) + CONFIDENCE;
        if let Some(start) = self.start {
            let most = FIRST_PART * seen(self.complete) / CONFIDENCE;
            self.complete += gate.next_round(start, most);
        }
        let least = self.bytes.saturating_mul(CONFIDENCE) / seen(self.complete);
        self.is_over = least <= learned.max(policy.least());
        if self.is_over { learned } else { least }
    }

    /// The word of the site of a handler with figures and this weight.
    pub(crate) fn word_of(&self, weight: u64) -> u64 {
        if self.is_over { weight } else { ESTIMATE | START }
    }

    /// The word of the site of a handler without figures.
    pub(crate) fn word(&self, policy: Policy) -> u64 {
        if self.bytes > policy.least() {
            ESTIMATE | START
        } else if self.attempts < ATTEMPTS {
            ESTIMATE | self.bytes
        } else {
            self.bytes
        }
    }

    /// The word with which a request asks, where that of the site is `word`. The first request
    /// begins the slow start.
    pub(crate) fn join(&mut self, word: u64, weight: u64, gate: &Reservations) -> u64 {
        if word & START == 0 {
            return word;
        }
        word | u64::from(*self.start.get_or_insert_with(|| gate.start(weight)))
    }

    /// A request has ended, with figures or without.
    pub(crate) fn end(&mut self, has_figures: bool) {
        self.attempts = self.attempts.saturating_add(u32::from(!has_figures));
        self.has_ended = true;
    }

    /// Halves the guess if requests run, or have ended. It runs once a second. `held` are the
    /// chunks of the largest open scope of a handler without figures, in bytes.
    pub(crate) fn shrink(&mut self, policy: Policy, held: u64, gate: &Reservations) {
        if policy.fixed.is_some() {
            return;
        }
        // The budget may have fallen since.
        self.bytes = self.bytes.min(policy.first());
        let is_running = self.start.is_some_and(|start| gate.started(start).1 > 0);
        if core::mem::take(&mut self.has_ended) || is_running {
            self.bytes = (self.bytes / 2).max(policy.least()).max(held);
        }
    }

    /// Changes what the requests of the slow start weigh. Those of closed rounds weigh the guess.
    pub(crate) fn reweigh(&self, weight: u64, gate: &Reservations, now: u64) -> Wakers {
        let Some(start) = self.start else { return Wakers::default() };
        match gate.started(start) {
            (before, 0) if before == weight => Wakers::default(),
            _ => gate.reweigh(start, (weight, self.bytes.max(weight)), now),
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

    /// Asks for a request of this handler. What it gives back later, if it is admitted.
    pub(crate) fn ask(
        gate: &Reservations,
        learning: &mut Learning,
        site: &'static Site,
    ) -> Option<Guess> {
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
        let Decision::Admitted(runner) = decision else { return None };
        Some(runner.map_or(Guess::Fixed(entry.weight), Guess::Start))
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
                let guess = ask(&gate, &mut learning, &SITE).unwrap();
                assert_eq!(gate.standing().held, expected * MIB);
                gate.end(guess, 0).wake();
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
        let guess = ask(&gate, &mut learning, &SITE).unwrap();
        assert_eq!(learning.weights()[0].bytes, 100 * MIB);
        gate.end(guess, 0).wake();
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
        unseen.end(false);
        unseen.shrink(policy, 5 * MIB, &gate);
        assert_eq!(unseen.join(unseen.word(policy), unseen.bytes(), &gate), ESTIMATE | 7);
        // The first figures end it.
        assert_eq!((unseen.weight(policy, 5, 1, &gate), unseen.is_over()), (5, true));
    }

    #[test]
    fn a_weight_falls_with_the_requests_of_complete_rounds_that_have_figures() {
        let (gate, ..) = gate(256 * MIB);
        let mut policy = Policy::new(None);
        policy.set_budget(256 * MIB);
        let mut unseen = Unseen::new(policy);
        let start = unseen.join(unseen.word(policy), unseen.bytes(), &gate) as StartId;
        let entry = Entry {
            weight: 0,
            priority: Priority::Normal,
            since: 0,
            until: 0,
            is_shadow: false,
            start: Some(start),
        };
        let begin = || match gate.decide(&Demand { thread: 0, entry, is_free: false }) {
            (Decision::Admitted(Some(runner)), wakers) => {
                wakers.wake();
                runner
            }
            (decision, _) => panic!("{decision:?}"),
        };
        let end = |runner| gate.end(Guess::Start(runner), 0).wake();
        let runners: Vec<_> = (0..4).map(|_| begin()).collect();
        end(runners[0]);
        assert_eq!(unseen.weight(policy, MIB, 1, &gate), 32 * MIB, "three of the round run");
        runners[1..].iter().copied().for_each(end);
        assert_eq!(unseen.weight(policy, MIB, 1, &gate), 32 * MIB * 5 / 6, "three had no figures");
        assert_eq!(unseen.weight(policy, MIB, 3, &gate), 20 * MIB);
        assert_eq!(unseen.weight(policy, 18 * MIB, 4, &gate), 18 * MIB, "32 * 5 / 9 are less");
        assert!(unseen.is_over());
        assert_eq!(unseen.weight(policy, MIB, 4, &gate), MIB, "once and for all");
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
