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
//! Only requests that run teach a weight. So if rare large requests made a weight that no request
//! can get, the handler would be refused for ever. As long as most of its recent requests needed
//! less, it weighs all that one request can get. It then runs alone, and learns again.

use std::collections::HashMap;
use std::sync::Mutex;

use request_arena_core::demand::{self, Recent, Taken};
use request_arena_core::{Bytes, Site};

use crate::options::Options;
use crate::sync::lock;

/// The bit of a site's word for a weight that is not learned. A request with it looks at its end
/// whether there are figures now.
pub(crate) const ESTIMATE: u64 = 1 << 63;

/// Every request takes something: its future, its buffers.
const LEAST_WEIGHT: u64 = 1 << 10;
/// Requests between two lessons, or a minute for handlers with few of them.
const LESSON: u64 = 64;
const LONGEST_LESSON: u64 = 60_000_000_000;
/// After this many requests without figures, a request no longer looks for them at its end.
const ATTEMPTS: u32 = 16;
/// The share of recent requests that counts as most of them.
const MOST: f64 = 0.75;

/// The handlers that have asked for admission.
#[derive(Debug)]
pub(crate) struct Learning {
    quantile: f64,
    unseen: u64,
    /// What a request can get while no other runs.
    possible: u64,
    handlers: Vec<Handler>,
}

#[derive(Debug)]
struct Handler {
    site: &'static Site,
    parts: [Recent; 3],
    ended: u64,
    lesson: u64,
    attempts: u32,
    learned: Option<Learned>,
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

/// What the first request of a handler finds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Joined {
    pub(crate) word: u64,
    /// Whether to log that its weight is a guess.
    pub(crate) is_unseen: bool,
}

impl Learning {
    pub(crate) fn new(options: &Options) -> Self {
        let Options { quantile, unseen_bytes, .. } = options;
        let (quantile, unseen) = (*quantile, *unseen_bytes);
        Self { quantile, unseen, possible: u64::MAX, handlers: Vec::new() }
    }

    /// Adds a handler at its first request.
    pub(crate) fn join(&mut self, site: &'static Site, now: u64) -> Joined {
        let is_new = self.handlers.iter().all(|handler| handler.site != site);
        if is_new {
            let parts = core::array::from_fn(|_| Recent::default());
            let (ended, attempts, learned) = (0, 0, None);
            self.handlers.push(Handler { site, parts, ended, lesson: now, attempts, learned });
        }
        self.learn(site, now);
        let is_unseen = demand::expected(site) == 0;
        if is_unseen {
            demand::set_expected(site, self.unseen | ESTIMATE);
        }
        Joined { word: demand::expected(site), is_unseen: is_unseen && is_new }
    }

    /// Learns the weight of one handler, if there is anything new.
    pub(crate) fn learn(&mut self, site: &'static Site, now: u64) {
        let Self { quantile, possible, .. } = *self;
        let Some(handler) = self.handlers.iter_mut().find(|handler| handler.site == site) else {
            return;
        };
        handler.look(quantile, now);
        if let Some(learned) = handler.learned {
            demand::set_expected(site, learned.weight(possible));
        } else if demand::expected(site) & ESTIMATE != 0 {
            handler.attempts += 1;
            if handler.attempts >= ATTEMPTS {
                demand::set_expected(site, demand::expected(site) & !ESTIMATE);
            }
        }
    }

    /// Learns the weights of all handlers. A request can get at most `possible` bytes.
    pub(crate) fn learn_all(&mut self, now: u64, possible: u64) {
        self.possible = possible.max(LEAST_WEIGHT);
        let sites: Vec<_> = self.handlers.iter().map(|handler| handler.site).collect();
        sites.into_iter().for_each(|site| self.learn(site, now));
    }
}

impl Handler {
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
        let sum = |share: f64| {
            let parts = parts.iter().zip(&self.parts);
            parts
                .map(|(bytes, recent)| at_most(bytes, recent, share))
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
        }
    }
}

/// A value that this share of the recent ones does not exceed.
fn at_most(bytes: &Bytes, recent: &Recent, share: f64) -> u64 {
    let bucket = recent.quantile(&bytes.buckets, share);
    bucket.map_or(0, |bucket| Bytes::BOUNDS[bucket].unwrap_or(bytes.max).min(bytes.max))
}

/// The sites that count for a handler: itself, or if it has opened no scope, those of its name.
fn figures_of(site: &'static Site) -> Vec<&'static Site> {
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
