//! Real growth: the service holds more than it did.
//!
//! The sign is live heap that grows steadily while what its pages hold beside it does not: nothing is kept or shared, nothing is in an arena that is known. A cache that fills up slows down, and is none.

use crate::doctor::case::{Case, evidence_of};
use crate::doctor::finding::{signed_size, size};
use crate::doctor::growth::{By, pearson};
use crate::doctor::levels::Level;
use crate::doctor::reading::{MOST_SITES, Reading};
use crate::doctor::{Confidence, Evidence, Finding, Mode, Owner, Owners, Unit};

/// A correlation of half says that a quarter of what varies is explained: with the hundreds of readings that there are, no accident; and no other handler's is to be near it.
const IN_STEP: f64 = 0.5;
const APART: f64 = 0.2;

pub(super) fn judge(case: &Case<'_>) -> Option<Finding> {
    let (growth, is_counted) = case.heap_growth()?;
    let now = case.now();
    let bytes = growth.bytes.max(0.0) as u64;
    let confidence = match growth.by {
        _ if !is_counted => Confidence::Low,
        By::Either => Confidence::Medium,
        _ => Confidence::High,
    };
    let mut finding = case.finding(Mode::RealGrowth, bytes, confidence);
    let (name, heap) = if is_counted {
        ("live heap", case.levels.iter().rev().find_map(|level| level.heap).unwrap_or(0))
    } else {
        (
            "anonymous memory, as nobody counts what is live (`heap::Counted` does)",
            now.anonymous.saturating_sub(now.arenas),
        )
    };
    let meaning = format!("without arenas; {} came in the time of these readings", size(bytes));
    finding.evidence = vec![Evidence::bytes(name, heap, meaning)];
    finding.evidence.extend(evidence_of(&growth));
    if let (Some(live), Some(fragmented)) = (now.live, now.fragmented) {
        let ratio = (live + fragmented) as f64 / live.max(1) as f64;
        finding.evidence.push(Evidence::new(
            "pages in use / live",
            ratio,
            Unit::Ratio,
            "it is live, and not fragmentation",
        ));
    }
    let site = growing_site(case);
    let growing = case.owners.iter().flat_map(Owners::growing);
    finding.evidence.extend(growing.take(MOST_OWNERS).map(evidence_of_owner));
    finding.remedy = remedy(case, site.as_deref(), growth.by);
    finding.subject = site;
    Some(finding)
}

/// What somebody who looks for it reads.
const MOST_OWNERS: usize = 3;

fn evidence_of_owner(owner: &Owner) -> Evidence {
    let a_request = owner.bytes_per_request.map(|bytes| format!("{} a request", signed_size(bytes)));
    let whence = Some(owner.whence()).filter(|whence| !whence.is_empty());
    let meaning = a_request.into_iter().chain(whence).collect::<Vec<_>>().join(", ");
    Evidence::bytes(format!("growth of what `{}` allocates", owner.function), owner.growth_bytes.max(0) as u64, meaning)
}

fn remedy(case: &Case<'_>, site: Option<&str>, by: By) -> String {
    if let Some(owner) = case.owners.as_ref().and_then(|owners| owners.growing().next()) {
        let place = owner.place().map(|place| format!(" ({place})")).unwrap_or_default();
        let caller = owner.callers.first().map(|caller| format!(" for `{caller}`")).unwrap_or_default();
        return format!(
            "Look at what `{}`{place} allocates{caller}, who keeps it, and why nobody removes it: a map or a cache without a bound.",
            owner.function
        );
    }
    let names_it = case.no_owners.as_ref().map(|what_to_do| format!(" names it ({what_to_do})"));
    let names_it = names_it.as_deref().unwrap_or(" names it");
    match (site, by) {
        (_, By::Time) => format!(
            "Look at what runs by itself (timers, queues, indexing) and never removes what it adds; a heap profile over some minutes{names_it}."
        ),
        (Some(site), _) => format!(
            "Look at what `{site}` adds and nobody removes: a map or a cache without a bound; a heap profile between two numbers of requests{names_it}."
        ),
        (None, _) => format!(
            "Look at what requests add and nobody removes: a map or a cache without a bound, or an arena that is not metered (`doctor::metered`); a heap profile between two numbers of requests{names_it}."
        ),
    }
}

/// The handler whose scopes the heap grows with, if it grows with one's more than with all others'.
///
/// Requests of several handlers come at rates of their own, so that between readings the heap grows by as much as the guilty one was called. Where they come in step nobody can tell.
fn growing_site(case: &Case<'_>) -> Option<String> {
    let steps: Vec<_> = case.readings.windows(2).zip(case.levels.windows(2)).collect();
    let grown = |levels: &[Level]| Some(levels[1].heap? as f64 - levels[0].heap? as f64);
    let correlation = |site: usize| {
        let called = |reading: &Reading| reading.scopes.get(site).copied().unwrap_or(0) as f64;
        let pairs = steps.iter().filter_map(|(r, l)| Some((called(r[1]) - called(r[0]), grown(l)?)));
        pearson(&pairs.collect::<Vec<_>>())
    };
    let sites = case.report.sites.iter().take(MOST_SITES).enumerate();
    let mut by: Vec<_> = sites.map(|(place, site)| (correlation(place), site.name)).collect();
    by.sort_by(|a, b| b.0.total_cmp(&a.0));
    let (best, name) = *by.first()?;
    let next = by.get(1).map_or(0.0, |next| next.0);
    (best >= IN_STEP && best - next >= APART).then(|| name.to_owned())
}
