//! The weight of each handler: what a high share of its recent requests has taken.
//!
//! The figures are those that each scope counts anyway: chunks of its arena, bytes from the heap,
//! and response buffers. For each of the three, the quantile is raised so that at most a third of
//! the rest exceeds it. So the sum covers the wanted share of requests, however the three depend on
//! each other. Heap bytes count freed or not, so a weight is rather too large.
//!
//! The weight is the upper bound of a histogram's bucket, at most the largest value ever. It is at
//! most twice what is needed.

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

/// The handlers that have asked for admission.
#[derive(Debug)]
pub(crate) struct Learning {
    quantile: f64,
    unseen: u64,
    handlers: Vec<Handler>,
}

#[derive(Debug)]
struct Handler {
    site: &'static Site,
    parts: [Recent; 3],
    ended: u64,
    lesson: u64,
    attempts: u32,
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
        Self { quantile: *quantile, unseen: *unseen_bytes, handlers: Vec::new() }
    }

    /// Adds a handler at its first request.
    pub(crate) fn join(&mut self, site: &'static Site, now: u64) -> Joined {
        let is_new = self.handlers.iter().all(|handler| handler.site != site);
        if is_new {
            let parts = core::array::from_fn(|_| Recent::default());
            self.handlers.push(Handler { site, parts, ended: 0, lesson: now, attempts: 0 });
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
        let quantile = self.quantile;
        let Some(handler) = self.handlers.iter_mut().find(|handler| handler.site == site) else {
            return;
        };
        if let Some(weight) = handler.weight(quantile, now) {
            demand::set_expected(site, weight);
        } else if demand::expected(site) & ESTIMATE != 0 {
            handler.attempts += 1;
            if handler.attempts >= ATTEMPTS {
                demand::set_expected(site, demand::expected(site) & !ESTIMATE);
            }
        }
    }

    /// Learns the weights of all handlers.
    pub(crate) fn learn_all(&mut self, now: u64) {
        let sites: Vec<_> = self.handlers.iter().map(|handler| handler.site).collect();
        sites.into_iter().for_each(|site| self.learn(site, now));
    }
}

impl Handler {
    /// The weight by all figures. `None` if there are none, or no new ones.
    fn weight(&mut self, quantile: f64, now: u64) -> Option<u64> {
        let sites = figures_of(self.site);
        let ended = sites.iter().map(|site| demand::ended(site)).sum();
        if ended == core::mem::replace(&mut self.ended, ended) {
            return None;
        }
        let mut taken = Taken::default();
        sites.iter().for_each(|site| taken.merge(&Taken::read(site)));
        let share = 1.0 - (1.0 - quantile) / 3.0;
        let parts = [&taken.reserved, &taken.heap, &taken.responses];
        let sum: u64 = parts
            .iter()
            .zip(&self.parts)
            .map(|(bytes, recent)| at_most(bytes, recent, share))
            .fold(taken.around, u64::saturating_add);
        let is_due = now.saturating_sub(self.lesson) >= LONGEST_LESSON;
        if is_due || self.parts[0].new_values(&taken.reserved.buckets) >= LESSON {
            self.lesson = now;
            for (bytes, recent) in parts.iter().zip(&mut self.parts) {
                let _ = recent.learn(bytes.buckets.into_iter());
            }
        }
        Some(sum.clamp(LEAST_WEIGHT, Options::MOST_WEIGHT))
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
