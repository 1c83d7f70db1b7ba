//! Which handlers have series of their own: the heaviest ones, and as few changes as possible.
//!
//! A handler's weight is its share of all ended scopes, or of the bytes of all peaks, whichever is
//! more. It is measured anew every [`REVIEW`], and half of it is that of the times before. A
//! handler keeps its series until one without series weighs at least [`TWICE`] as much. At one
//! review at most a tenth of the handlers change. A change ends the series of one handler and
//! begins those of another, so it adds series to Prometheus' database.
//!
//! **Invariant:** each event counts in one row, the handler's own or `other`, and stays in it. A
//! handler that gets a row begins with the next event, and what it did before stays in `other`. A
//! handler that loses its row keeps its counters, and goes on from them if it gets the row again.
//! So no counter ever falls, and the sum over all rows is that of all handlers. `rate` and
//! `increase` see no reset. A change takes effect after the scrape that finds it, so that scrape
//! has the last counts of the old rows. Another exporter may miss those since its own last scrape.

use core::time::Duration;
use std::collections::HashMap;
use std::time::Instant;

use request_arena_core::{HeapReport, Histogram, ResponseReport, SiteReport};

/// The time between two reviews of the weights.
const REVIEW: Duration = Duration::from_secs(600);

/// A handler must weigh at least this many times as much to replace another.
const TWICE: f64 = 2.0;

/// Lighter handlers, as a part of an equal share of all rows, never replace another. Among them the
/// weight is chance.
const LEAST_PART: f64 = 0.25;

/// At most one row in this many changes at a review.
const MOST_CHANGES: usize = 10;

/// Name and module of a handler.
type Name = (&'static str, &'static str);

/// See the module.
#[derive(Debug, Default)]
pub(super) struct Own {
    handlers: HashMap<Name, Handler>,
    reviewed: Option<Instant>,
}

#[derive(Debug)]
struct Handler {
    has_row: bool,
    /// Whether it has been in a scrape.
    is_known: bool,
    /// Scopes and bytes at the last review, and the weight since then.
    scopes: u64,
    bytes: u64,
    weight: f64,
    /// The counts that belong to the row in which the handler is not now.
    elsewhere: Option<Box<SiteReport>>,
}

/// The handlers by row.
#[derive(Debug, Default)]
pub(super) struct Split {
    /// Those with a row of their own, in the order of the report.
    pub(super) own: Vec<SiteReport>,
    /// What is added up as `other`: the other handlers, and the earlier counts of those with a row.
    pub(super) rest: Vec<SiteReport>,
    /// The number of handlers without a row.
    pub(super) others: u64,
}

impl Own {
    /// Splits the handlers of a report, each name once, into at most `most` with a row and others.
    pub(super) fn split(&mut self, sites: Vec<SiteReport>, most: usize, now: Instant) -> Split {
        for site in &sites {
            self.handlers.entry(name(site)).or_insert(Handler {
                has_row: false,
                is_known: false,
                scopes: 0,
                bytes: 0,
                weight: 0.0,
                elsewhere: None,
            });
        }
        if self.reviewed.is_none() {
            self.weigh(&sites);
            self.reviewed = Some(now);
        }
        self.fill(&sites, most);
        let mut split = Split::default();
        for site in &sites {
            let Some(handler) = self.handlers.get_mut(&name(site)) else { continue };
            handler.is_known = true;
            split.add(site.clone(), handler);
        }
        // Changes are for the next scrape. So this one has the last counts of each row.
        if self.reviewed.is_some_and(|last| now.saturating_duration_since(last) >= REVIEW) {
            self.weigh(&sites);
            self.replace(&sites, most);
            self.reviewed = Some(now);
        }
        split
    }

    fn weigh(&mut self, sites: &[SiteReport]) {
        let is_first = self.reviewed.is_none();
        let mut since = Vec::with_capacity(sites.len());
        for site in sites {
            let Some(handler) = self.handlers.get_mut(&name(site)) else { continue };
            let (scopes, bytes) = (site.outcomes.total(), site.peak_used.sum);
            since.push((
                name(site),
                scopes.saturating_sub(handler.scopes) as f64,
                bytes.saturating_sub(handler.bytes) as f64,
            ));
            (handler.scopes, handler.bytes) = (scopes, bytes);
        }
        let scopes = since.iter().map(|(_, scopes, _)| scopes).sum::<f64>().max(1.0);
        let bytes = since.iter().map(|(_, _, bytes)| bytes).sum::<f64>().max(1.0);
        for (name, own_scopes, own_bytes) in since {
            let Some(handler) = self.handlers.get_mut(&name) else { continue };
            let share = (own_scopes / scopes).max(own_bytes / bytes);
            handler.weight = if is_first { share } else { f64::midpoint(handler.weight, share) };
        }
    }

    /// Gives rows of the lightest to heavier handlers.
    fn replace(&mut self, sites: &[SiteReport], most: usize) {
        let least = LEAST_PART / most.max(1) as f64;
        let lightest = self.by_weight(sites, true).into_iter().rev();
        let pairs = self.by_weight(sites, false).into_iter().zip(lightest);
        for (heavy, light) in pairs.take(most.div_ceil(MOST_CHANGES)) {
            let weight = |site: &SiteReport| self.handlers.get(&name(site)).map(|at| at.weight);
            let (Some(more), Some(less)) = (weight(heavy), weight(light)) else { break };
            if more < least || more < TWICE * less {
                break;
            }
            for site in [heavy, light] {
                if let Some(handler) = self.handlers.get_mut(&name(site)) {
                    handler.change_row(site);
                }
            }
        }
    }

    /// Gives the rows that are free to the heaviest handlers without one.
    fn fill(&mut self, sites: &[SiteReport], most: usize) {
        let taken = self.handlers.values().filter(|handler| handler.has_row).count();
        let free = most.saturating_sub(taken);
        // In most scrapes no row is free, or each handler has one.
        if free == 0 || taken == self.handlers.len() {
            return;
        }
        for site in self.by_weight(sites, false).into_iter().take(free) {
            if let Some(handler) = self.handlers.get_mut(&name(site)) {
                handler.change_row(site);
            }
        }
    }

    /// The handlers with or without a row, the heaviest first. Of equal ones, the first of the
    /// report comes first.
    fn by_weight<'s>(&self, sites: &'s [SiteReport], with_row: bool) -> Vec<&'s SiteReport> {
        let weight = |site: &SiteReport| {
            let handler = self.handlers.get(&name(site))?;
            (handler.has_row == with_row).then_some(handler.weight)
        };
        let mut all: Vec<_> = sites.iter().filter_map(|site| Some((weight(site)?, site))).collect();
        all.sort_by(|(a, _), (b, _)| b.total_cmp(a));
        all.into_iter().map(|(_, site)| site).collect()
    }
}

impl Handler {
    /// Moves it to the other row. The counts until now stay where they are.
    fn change_row(&mut self, now: &SiteReport) {
        self.has_row = !self.has_row;
        if self.is_known {
            let mut here = now.clone();
            if let Some(elsewhere) = &self.elsewhere {
                subtract(&mut here, elsewhere);
            }
            self.elsewhere = Some(Box::new(here));
        }
    }
}

impl Split {
    fn add(&mut self, mut site: SiteReport, handler: &Handler) {
        if let Some(elsewhere) = &handler.elsewhere {
            subtract(&mut site, elsewhere);
        }
        if handler.has_row {
            self.rest.extend(handler.elsewhere.as_deref().map(counters));
            self.own.push(site);
        } else {
            self.rest.push(site);
            self.others += 1;
        }
    }
}

fn name(site: &SiteReport) -> Name {
    (site.name, site.module_path)
}

/// Subtracts the counters of `part`. Gauges and maxima stay.
fn subtract(from: &mut SiteReport, part: &SiteReport) {
    let less = |mine: &mut u64, theirs: u64| *mine = mine.saturating_sub(theirs);
    less(&mut from.outcomes.returned, part.outcomes.returned);
    less(&mut from.outcomes.error, part.outcomes.error);
    less(&mut from.outcomes.panicked, part.outcomes.panicked);
    less(&mut from.outcomes.cancelled, part.outcomes.cancelled);
    less(&mut from.outcomes.limit_exceeded, part.outcomes.limit_exceeded);
    less(&mut from.resets, part.resets);
    less(&mut from.chunks, part.chunks);
    less(&mut from.refusals, part.refusals);
    less(&mut from.budget_refusals, part.budget_refusals);
    less(&mut from.over_limit, part.over_limit);
    less(&mut from.abandoned_bytes, part.abandoned_bytes);
    subtract_values(&mut from.used, &part.used);
    subtract_values(&mut from.peak_used, &part.peak_used);
    subtract_values(&mut from.reserved, &part.reserved);
    if let (Some(mine), Some(theirs)) = (&mut from.heap, &part.heap) {
        let HeapReport { bytes, arena_bytes, outermost, before_bytes, after_bytes, .. } = theirs;
        subtract_values(&mut mine.bytes, bytes);
        less(&mut mine.arena_bytes, *arena_bytes);
        less(&mut mine.outermost, *outermost);
        less(&mut mine.before_bytes, *before_bytes);
        less(&mut mine.after_bytes, *after_bytes);
    }
    if let (Some(mine), Some(theirs)) = (&mut from.responses, &part.responses) {
        subtract_values(&mut mine.bytes, &theirs.bytes);
    }
    if let (Some(mine), Some(theirs)) = (&mut from.duration, &part.duration) {
        subtract_values(mine, theirs);
    }
}

fn subtract_values<const FIRST: u32>(from: &mut Histogram<FIRST>, part: &Histogram<FIRST>) {
    let buckets = from.buckets.iter_mut().zip(part.buckets);
    buckets.for_each(|(mine, theirs)| *mine = mine.saturating_sub(theirs));
    from.sum = from.sum.saturating_sub(part.sum);
}

/// The counters alone, for a sum: what is now is in the handler's own row.
fn counters(part: &SiteReport) -> SiteReport {
    let mut counters = part.clone();
    (counters.live_scopes, counters.oldest) = (0, None);
    (counters.in_use_bytes, counters.in_use_touched_bytes) = (0, 0);
    (counters.future_bytes, counters.live_future_bytes) = (None, 0);
    (counters.live_heap, counters.exemplar) = (None, None);
    if let Some(responses) = &mut counters.responses {
        *responses = ResponseReport::default();
        responses.bytes = part.responses.map(|responses| responses.bytes).unwrap_or_default();
    }
    counters
}

#[cfg(test)]
mod tests;
