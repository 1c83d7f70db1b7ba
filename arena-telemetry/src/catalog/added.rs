//! The reports of several handlers, added up into one: of those that share their labels, and of
//! those that have no series of their own.

use std::collections::HashMap;

use request_arena_core::heap::LiveHeap;
use request_arena_core::{
    Exactness, HeapReport, LimitMode, Nanoseconds, ResponseReport, SiteReport,
};

/// The label `scope` of all handlers that have no series of their own. Their `module` is empty,
/// which that of a function is not.
pub(super) const OTHER: &str = "other";

/// The sum of these handlers, under their common name.
pub(super) fn sum(sites: impl IntoIterator<Item = SiteReport>) -> Option<SiteReport> {
    let sum = sites.into_iter().reduce(|mut sum, site| {
        add(&mut sum, &site);
        sum
    });
    sum.map(|mut sum| {
        (sum.name, sum.module_path) = (OTHER, "");
        // These are of one handler. `future_bytes` stays, so that no large future hides here.
        (sum.limit_bytes, sum.soft_limit_bytes, sum.learned_bytes) = (None, None, 0);
        sum
    })
}

/// One report for each pair of labels: sites that share name and module are added up, of limits the
/// lower counts.
pub(super) fn by_labels(sites: &[SiteReport]) -> Vec<SiteReport> {
    let mut added: Vec<SiteReport> = Vec::with_capacity(sites.len());
    let mut places = HashMap::with_capacity(sites.len());
    for site in sites {
        let place = *places.entry((site.name, site.module_path)).or_insert(added.len());
        match added.get_mut(place) {
            Some(known) => add(known, site),
            None => added.push(site.clone()),
        }
    }
    added
}

fn add(into: &mut SiteReport, site: &SiteReport) {
    let lower = |a: Option<usize>, b: Option<usize>| a.into_iter().chain(b).min();
    into.limit_bytes = lower(into.limit_bytes, site.limit_bytes);
    into.soft_limit_bytes = lower(into.soft_limit_bytes, site.soft_limit_bytes);
    into.learned_bytes = into.learned_bytes.max(site.learned_bytes);
    into.outcomes.returned += site.outcomes.returned;
    into.outcomes.error += site.outcomes.error;
    into.outcomes.panicked += site.outcomes.panicked;
    into.outcomes.cancelled += site.outcomes.cancelled;
    into.outcomes.limit_exceeded += site.outcomes.limit_exceeded;
    into.live_scopes += site.live_scopes;
    into.oldest = into.oldest.max(site.oldest);
    into.in_use_bytes += site.in_use_bytes;
    into.in_use_touched_bytes += site.in_use_touched_bytes;
    into.future_bytes = into.future_bytes.max(site.future_bytes);
    into.live_future_bytes += site.live_future_bytes;
    into.resets += site.resets;
    into.chunks += site.chunks;
    into.refusals += site.refusals;
    into.budget_refusals += site.budget_refusals;
    into.over_limit += site.over_limit;
    if site.limit_mode == LimitMode::Measure {
        into.limit_mode = LimitMode::Measure;
    }
    into.abandoned_bytes += site.abandoned_bytes;
    into.used.merge(&site.used);
    into.peak_used.merge(&site.peak_used);
    into.reserved.merge(&site.reserved);
    into.peak_exactness = match (into.peak_exactness, site.peak_exactness) {
        (mine, Exactness::Exact) => mine,
        (Exactness::Exact, theirs) => theirs,
        (mine, theirs) if mine == theirs => mine,
        _ => Exactness::Estimate,
    };
    into.heap = together(into.heap, site.heap, |mine: &mut HeapReport, theirs| {
        mine.bytes.merge(&theirs.bytes);
        mine.arena_bytes += theirs.arena_bytes;
        mine.outermost += theirs.outermost;
        mine.before_bytes += theirs.before_bytes;
        mine.after_bytes += theirs.after_bytes;
    });
    into.responses =
        together(into.responses, site.responses, |mine: &mut ResponseReport, theirs| {
            mine.live += theirs.live;
            mine.live_bytes += theirs.live_bytes;
            // The two need not have been at the same moment, so the sum is an upper bound.
            mine.most_live += theirs.most_live;
            mine.most_live_bytes += theirs.most_live_bytes;
            mine.learned_bytes = mine.learned_bytes.max(theirs.learned_bytes);
            mine.bytes.merge(&theirs.bytes);
        });
    into.live_heap = together(into.live_heap, site.live_heap, LiveHeap::add);
    into.duration = together(into.duration, site.duration, Nanoseconds::merge);
    let both = into.exemplar.into_iter().chain(site.exemplar);
    into.exemplar = both.max_by_key(|exemplar| exemplar.peak_used);
}

/// Both added up, or the one that is known.
fn together<T>(mine: Option<T>, theirs: Option<T>, add: impl Fn(&mut T, &T)) -> Option<T> {
    match (mine, theirs) {
        (Some(mut mine), Some(theirs)) => {
            add(&mut mine, &theirs);
            Some(mine)
        }
        (mine, theirs) => mine.or(theirs),
    }
}
