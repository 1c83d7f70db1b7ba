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
//! less, it weighs all that one request can get. It then runs alone, and learns again.
//!
//! `src/unseen.rs` has the weight of a handler without figures.

use std::collections::HashMap;
use std::sync::Mutex;

use request_arena_core::demand::{self, Recent, Taken};
use request_arena_core::{Bytes, Site};

use crate::options::Options;
use crate::reservations::{Reservations, Room, Wakers};
use crate::sync::lock;
use crate::unseen::{Policy, Unseen};

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
    /// What a request can get while no other runs.
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
    /// What its requests have taken in arenas, and in all.
    taken: (u64, u64),
    lesson: u64,
    learned: Option<Learned>,
    unseen: Unseen,
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
            self.handlers.push(Handler::new(site, Unseen::new(self.policy), now));
            self.handlers.len() - 1
        });
        let wakers = self.look(place, gate, now);
        let handler = &mut self.handlers[place];
        let word = handler.learned.map(|learned| learned.weight(self.possible));
        let word = word.unwrap_or_else(|| {
            let word = handler.unseen.join(self.policy, gate);
            demand::set_expected(site, handler.unseen.word(self.policy));
            word
        });
        let is_unseen = known.is_none() && handler.learned.is_none();
        Joined { word, is_unseen, wakers }
    }

    /// Learns the weight of one handler, if there is anything new.
    fn look(&mut self, place: usize, gate: &Reservations, now: u64) -> Wakers {
        let Self { quantile, possible, .. } = *self;
        let handler = &mut self.handlers[place];
        let (arenas, all) = handler.taken;
        handler.look(quantile, now);
        self.mix.0 += handler.taken.0.saturating_sub(arenas) as f64;
        self.mix.1 += handler.taken.1.saturating_sub(all) as f64;
        let Some(learned) = handler.learned else { return Wakers::default() };
        let weight = learned.weight(possible);
        demand::set_expected(handler.site, weight);
        handler.unseen.reweigh(weight, gate, now)
    }

    /// Learns at the end of a request with a guessed weight.
    pub(crate) fn end(&mut self, site: &'static Site, gate: &Reservations, now: u64) -> Wakers {
        let Some(place) = self.place(site) else { return Wakers::default() };
        let wakers = self.look(place, gate, now);
        let handler = &mut self.handlers[place];
        if handler.learned.is_none() {
            handler.unseen.end();
            demand::set_expected(site, handler.unseen.word(self.policy));
        }
        wakers
    }

    /// Learns the weights of all handlers. It runs once a second.
    pub(crate) fn learn_all(&mut self, gate: &Reservations, room: &Room, now: u64) -> Wakers {
        self.possible = room.possible.max(LEAST_WEIGHT);
        self.policy.set_budget(room.budget);
        // Half of it is forgotten after about five seconds with requests.
        self.mix = (self.mix.0 * 0.875, self.mix.1 * 0.875);
        let mut wakers = Wakers::default();
        (0..self.handlers.len()).for_each(|place| wakers.extend(self.look(place, gate, now)));
        if self.handlers.iter().all(|handler| handler.learned.is_some()) {
            return wakers;
        }
        let mut open: HashMap<&str, u64> = HashMap::new();
        demand::visit_open(|site, bytes| {
            let most = open.entry(site.name()).or_default();
            *most = bytes.held.max(*most);
        });
        for handler in self.handlers.iter_mut().filter(|handler| handler.learned.is_none()) {
            let held = open.get(handler.site.name()).map_or(0, |most| self.possible.min(*most));
            wakers.extend(handler.unseen.shrink(self.policy, held, gate, now));
            demand::set_expected(handler.site, handler.unseen.word(self.policy));
        }
        wakers
    }

    /// The weights of all handlers, in the order of their first requests.
    pub(crate) fn weights(&self) -> Vec<Weight> {
        let weight = |handler: &Handler| Weight {
            site: handler.site,
            bytes: match handler.learned {
                Some(learned) => learned.weight(self.possible),
                None => handler.unseen.bytes(),
            },
            is_guess: handler.learned.is_none(),
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
        Self { site, parts, peaks, ended: 0, taken: (0, 0), lesson: now, learned: None, unseen }
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
