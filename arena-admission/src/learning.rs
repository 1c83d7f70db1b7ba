//! The weight of each handler: what a high share of its recent requests has taken.
//!
//! The figures are those that each scope counts anyway: chunks of its arena, bytes from the heap,
//! and response buffers. For each of the three, the quantile is raised so that at most a third of
//! the rest exceeds it. So the sum covers the wanted share of requests, however the three depend on
//! each other. Heap bytes count freed or not, so a weight is rather too large.
//!
//! The weight is the upper bound of a histogram's bucket, at most the largest value ever. It is at
//! most twice what is needed.
//!
//! The first requests of a handler hold smaller chunks than later ones, as the pool does not know
//! its size yet. A weight that followed these alone would admit too many requests of a burst after
//! a cold start. So the chunks count with what they will be: [`demand::chunks_for`] the peaks.
//!
//! Only requests that run teach a weight. So if rare large requests made a weight that no request
//! can get, the handler would be refused for ever. As long as most of its recent requests needed
//! less, it weighs all that one request can get. It then runs alone, and learns again. The weight
//! follows each reading, and leaves the hysteresis free: otherwise a base that grows by a page
//! would lock the handler out until the next lesson.
//!
//! `src/unseen.rs` has the weight of a handler without figures.

use std::collections::HashMap;
use std::sync::Mutex;

use request_arena_core::demand::{self, Recent, Taken};
use request_arena_core::{Bytes, Site};

use crate::central::Room;
use crate::options::Options;
use crate::reservations::Reservations;
use crate::sync::lock;
use crate::unseen::{Policy, Unseen};
use crate::wakers::Wakers;

/// Every request takes something: its future, its buffers.
const LEAST_WEIGHT: u64 = 1 << 10;
/// Requests between two lessons, or a minute for handlers with few of them.
const LESSON: u64 = 64;
const LONGEST_LESSON: u64 = 60_000_000_000;
/// The share of recent requests that counts as most of them.
const MOST: f64 = 0.75;

/// The handlers that have asked for admission.
#[derive(Debug)]
pub(crate) struct Learning {
    quantile: f64,
    policy: Policy,
    /// What a request can get while no other runs, with a margin for a base that grows.
    possible: u64,
    handlers: Vec<Handler>,
    /// What recent requests have taken in arenas, and in all.
    mix: (f64, f64),
}

#[derive(Debug)]
struct Handler {
    site: &'static Site,
    parts: [Recent; 3],
    peaks: Recent,
    ended: u64,
    /// Requests with a guessed weight that have ended since the last look at the figures.
    ends: u64,
    /// What its requests have taken in arenas, and in all.
    taken: (u64, u64),
    lesson: u64,
    learned: Option<Learned>,
    unseen: Unseen,
    /// What its next request reserves.
    weight: u64,
}

/// What recent requests of a handler have taken.
#[derive(Clone, Copy, Debug)]
struct Learned {
    /// At most this, by the share that the options ask for.
    high: u64,
    /// At most this, by [`MOST`] of them.
    usual: u64,
}

impl Learned {
    /// The weight, where a request can get at most `possible` bytes.
    fn weight(self, possible: u64) -> u64 {
        if self.usual <= possible { self.high.min(possible) } else { self.high }
    }
}

/// What a request finds that does not know its weight.
#[derive(Debug)]
pub(crate) struct Joined {
    /// The word of its permit.
    pub(crate) word: u64,
    /// Whether to log that the weight of its handler is a guess.
    pub(crate) is_unseen: bool,
    /// To wake without the lock.
    pub(crate) wakers: Wakers,
}

/// The weight of a handler's requests.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Weight {
    pub(crate) site: &'static Site,
    pub(crate) bytes: u64,
    pub(crate) is_guess: bool,
}

impl Learning {
    pub(crate) fn new(options: &Options) -> Self {
        let Options { quantile, unseen_bytes, .. } = *options;
        let (policy, possible, mix) = (Policy::new(unseen_bytes), u64::MAX, (0.0, 0.0));
        Self { quantile, policy, possible, handlers: Vec::new(), mix }
    }

    fn place(&self, site: &'static Site) -> Option<usize> {
        self.handlers.iter().position(|handler| handler.site == site)
    }

    /// Adds a handler at its first request, and finds the weight of a request.
    pub(crate) fn join(&mut self, site: &'static Site, gate: &Reservations, now: u64) -> Joined {
        let known = self.place(site);
        let place = known.unwrap_or_else(|| {
            let mut handler = Handler::new(site, Unseen::new(self.policy), now);
            handler.look(self.quantile, now);
            handler.unseen.trust(handler.ended);
            self.handlers.push(handler);
            self.handlers.len() - 1
        });
        // Later, the ends of its requests do.
        let is_new =
            self.handlers[place].learned.is_none() || demand::expected(site) == demand::UNKNOWN;
        let wakers = if is_new { self.look(place, gate, now) } else { Wakers::default() };
        let handler = &mut self.handlers[place];
        let word = handler.unseen.join(handler.word(self.policy), handler.weight, gate);
        let is_unseen = known.is_none() && handler.learned.is_none();
        Joined { word, is_unseen, wakers }
    }

    /// Learns the weight of one handler, if there is anything new.
    fn look(&mut self, place: usize, gate: &Reservations, now: u64) -> Wakers {
        let Self { quantile, possible, policy, .. } = *self;
        let handler = &mut self.handlers[place];
        let (arenas, all) = handler.taken;
        handler.look(quantile, now);
        self.mix.0 += handler.taken.0.saturating_sub(arenas) as f64;
        self.mix.1 += handler.taken.1.saturating_sub(all) as f64;
        handler.weigh(policy, possible, gate, now)
    }

    /// Learns at the end of a request with a guessed weight. A look at all figures costs
    /// microseconds, so it is rarer the more there are.
    pub(crate) fn end(&mut self, site: &'static Site, gate: &Reservations, now: u64) -> Wakers {
        let Some(place) = self.place(site) else { return Wakers::default() };
        let handler = &mut self.handlers[place];
        handler.ends += 1;
        let wakers = if handler.ends > handler.ended / 8 {
            handler.ends = 0;
            self.look(place, gate, now)
        } else {
            handler.weigh(self.policy, self.possible, gate, now)
        };
        let handler = &mut self.handlers[place];
        handler.unseen.end(handler.learned.is_some());
        demand::set_expected(site, handler.word(self.policy));
        wakers
    }

    /// Follows what one request can get. It runs after each reading.
    pub(crate) fn follow(&mut self, gate: &Reservations, room: &Room, now: u64) -> Wakers {
        let possible = room.possible.saturating_sub(room.hysteresis).max(LEAST_WEIGHT);
        let before = core::mem::replace(&mut self.possible, possible);
        let mut wakers = Wakers::default();
        for handler in &mut self.handlers {
            let Some(learned) = handler.learned else { continue };
            if learned.weight(possible) != learned.weight(before) {
                wakers.extend(handler.weigh(self.policy, possible, gate, now));
            }
        }
        wakers
    }

    /// Learns the weights of all handlers. It runs once a second.
    pub(crate) fn learn_all(&mut self, gate: &Reservations, room: &Room, now: u64) -> Wakers {
        self.policy.set_budget(room.budget);
        // Half of it is forgotten after about five seconds with requests.
        self.mix = (self.mix.0 * 0.875, self.mix.1 * 0.875);
        let mut wakers = Wakers::default();
        (0..self.handlers.len()).for_each(|place| wakers.extend(self.look(place, gate, now)));
        let mut open: HashMap<&str, u64> = HashMap::new();
        if self.handlers.iter().any(|handler| handler.learned.is_none()) {
            demand::visit_open(|site, bytes| {
                let most = open.entry(site.name()).or_default();
                *most = bytes.held.max(*most);
            });
        }
        for handler in &mut self.handlers {
            let held = match handler.learned {
                Some(_) => 0,
                None => open.get(handler.site.name()).map_or(0, |most| self.possible.min(*most)),
            };
            handler.unseen.shrink(self.policy, held, gate);
            wakers.extend(handler.weigh(self.policy, self.possible, gate, now));
        }
        wakers
    }

    /// The words of handlers by name, which stand for other sites.
    pub(crate) fn words_by_name(&self) -> HashMap<&'static str, u64> {
        let sites = self.handlers.iter().map(|handler| handler.site);
        let by_name = sites.filter(|site| !demand::has_opened(site));
        by_name.map(|site| (site.name(), demand::expected(site))).collect()
    }

    /// The weights of all handlers, in the order of their first requests.
    pub(crate) fn weights(&self) -> Vec<Weight> {
        let weight = |handler: &Handler| Weight {
            site: handler.site,
            bytes: handler.weight,
            is_guess: handler.learned.is_none() || !handler.unseen.is_over(),
        };
        self.handlers.iter().map(weight).collect()
    }

    /// The share (0 to 1) of the memory of recent requests that was in arenas. 0 without requests.
    pub(crate) fn arena_share(&self) -> f64 {
        let (arenas, all) = self.mix;
        if all > 0.0 { arenas / all } else { 0.0 }
    }
}

impl Handler {
    fn new(site: &'static Site, unseen: Unseen, now: u64) -> Self {
        let parts = core::array::from_fn(|_| Recent::default());
        let peaks = Recent::default();
        Self {
            site,
            parts,
            peaks,
            ended: 0,
            ends: 0,
            taken: (0, 0),
            lesson: now,
            learned: None,
            weight: unseen.bytes(),
            unseen,
        }
    }

    /// The word of its site.
    fn word(&self, policy: Policy) -> u64 {
        match self.learned {
            Some(_) => self.unseen.word_of(self.weight),
            None => self.unseen.word(policy),
        }
    }

    /// Finds its weight from what it has learned, and from its slow start.
    fn weigh(&mut self, policy: Policy, possible: u64, gate: &Reservations, now: u64) -> Wakers {
        self.weight = match self.learned {
            Some(learned) => self.unseen.weight(policy, learned.weight(possible), self.ended, gate),
            None => self.unseen.bytes(),
        };
        demand::set_expected(self.site, self.word(policy));
        self.unseen.reweigh(self.weight, gate, now)
    }

    /// Learns from all figures, if there are new ones.
    fn look(&mut self, quantile: f64, now: u64) {
        let sites = figures_of(self.site);
        let ended = sites.iter().map(|site| demand::ended(site)).sum();
        if ended == core::mem::replace(&mut self.ended, ended) {
            return;
        }
        let mut taken = Taken::default();
        sites.iter().for_each(|site| taken.merge(&Taken::read(site)));
        let share = 1.0 - (1.0 - quantile) / 3.0;
        let parts = [&taken.reserved, &taken.heap, &taken.responses];
        self.taken = (taken.reserved.sum, parts.iter().map(|bytes| bytes.sum).sum());
        let usual = self.peaks.usual(&taken.peaks.buckets);
        let usual = usual.and_then(|bucket| Bytes::BOUNDS[bucket]).unwrap_or(taken.peaks.max);
        let chunks = |share: f64| {
            let peak = at_most(&taken.peaks, &self.peaks, share);
            sites.iter().map(|site| demand::chunks_for(site, usual, peak)).max().unwrap_or(0)
        };
        let sum = |share: f64| {
            let [reserved, heap, responses] =
                core::array::from_fn(|part| at_most(parts[part], &self.parts[part], share));
            [reserved.max(chunks(share)), heap, responses]
                .into_iter()
                .fold(taken.around, u64::saturating_add)
                .clamp(LEAST_WEIGHT, Options::MOST_WEIGHT)
        };
        self.learned = Some(Learned { high: sum(share), usual: sum(MOST.min(share)) });
        let is_due = now.saturating_sub(self.lesson) >= LONGEST_LESSON;
        if is_due || self.parts[0].new_values(&taken.reserved.buckets) >= LESSON {
            self.lesson = now;
            for (bytes, recent) in parts.iter().zip(&mut self.parts) {
                let _ = recent.learn(bytes.buckets.into_iter());
            }
            let _ = self.peaks.learn(taken.peaks.buckets.into_iter());
        }
    }
}

/// A value that this share of the recent ones does not exceed.
fn at_most(bytes: &Bytes, recent: &Recent, share: f64) -> u64 {
    let bucket = recent.quantile(&bytes.buckets, share);
    bucket.map_or(0, |bucket| Bytes::BOUNDS[bucket].unwrap_or(bytes.max).min(bytes.max))
}

/// The sites that count for a handler: itself, or if it has opened no scope, those of its name.
pub(crate) fn figures_of(site: &'static Site) -> Vec<&'static Site> {
    if demand::has_opened(site) {
        return vec![site];
    }
    demand::sites().into_iter().filter(|other| other.name() == site.name()).collect()
}

/// The handler with this name: a site that has opened a scope, or a new one that stands for it.
pub(crate) fn named(name: &'static str) -> &'static Site {
    static NAMED: Mutex<Option<HashMap<&'static str, &'static Site>>> = Mutex::new(None);
    let mut named = lock(&NAMED);
    let named = named.get_or_insert_default();
    named.entry(name).or_insert_with(|| {
        let opened = demand::sites().into_iter().find(|site| site.name() == name);
        opened.unwrap_or_else(|| Box::leak(Box::new(Site::new(name, "", "", 0))))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::unseen::tests::{MIB, ask, gate};

    #[test]
    fn the_share_of_arenas_is_that_of_the_requests_memory() {
        static SITE: Site = Site::new("arenas only", module_path!(), file!(), line!());
        let (gate, mut learning, room) = gate(256 * MIB);
        assert_eq!(learning.arena_share(), 0.0);
        assert!(ask(&gate, &mut learning, &SITE).is_some());
        request_arena_core::scope(&SITE, |arena| {
            arena.alloc_slice_fill_copy(5 << 20, 1_u8);
        });
        learning.learn_all(&gate, &room, 0).wake();
        assert_eq!(learning.arena_share(), 1.0);
    }
}
