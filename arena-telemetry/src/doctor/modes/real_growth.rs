//! Real growth: the service holds more than it did.
//!
//! The sign is live heap that grows steadily while what its pages hold beside it does not: nothing
//! is kept or shared, nothing is in an arena that is known. A cache that fills up slows down, and
//! is none. One large vector or table takes twice the room when it is full, so that live heap goes
//! by steps; it is written evenly, so physical memory shows the slope that live heap confirms. A
//! hash table is written at once, and its steps are all that there is to see.

use super::drop_in_arena;
use super::in_step::{APART, IN_STEP, Steps};
use crate::doctor::case::{Case, evidence_of};
use crate::doctor::finding::{signed_size, size};
use crate::doctor::growth::{By, Growth};
use crate::doctor::reading::MOST_SITES;
use crate::doctor::{Confidence, Evidence, Finding, Mode, Owner, Owners, Unit};

pub(super) fn judge(case: &Case<'_>) -> Option<Finding> {
    let growth = case.heap_growth().filter(|growth| case.matters(growth.bytes as u64));
    growth.map(|growth| steady(case, &growth)).or_else(|| doubling(case)).or_else(|| stairs(case))
}

/// What grows evenly.
fn steady(case: &Case<'_>, growth: &Growth) -> Finding {
    let is_counted = case.is_counted();
    let bytes = growth.bytes as u64;
    let confidence = if is_counted { case.confidence_of(growth) } else { Confidence::Low };
    let (name, heap) = if is_counted {
        ("live heap", live(case))
    } else {
        (
            "anonymous memory, as nobody counts what is live (`heap::CountingAllocator` does)",
            case.now().touched,
        )
    };
    let meaning = format!("without arenas; {} came in the time of these readings", size(bytes));
    let site = growing_site(case);
    let remedy = remedy(case, site.as_deref(), growth.by);
    finding(case, growth, confidence, Evidence::bytes(name, heap, meaning), site, remedy)
}

/// What takes twice the room when it is full, so that live heap goes by steps, and is written
/// evenly.
fn doubling(case: &Case<'_>) -> Option<Finding> {
    let (growth, stepped) =
        case.doubling_growth().filter(|(growth, _)| case.matters(growth.bytes as u64))?;
    let meaning =
        format!("without arenas; {} came in the time of these readings, by steps", size(stepped));
    let heap = Evidence::bytes("live heap", live(case), meaning);
    let remedy = remedy_of_doubling(case);
    let mut finding = finding(case, &growth, Confidence::Medium, heap, None, remedy);
    let written = Evidence::bytes(
        "growth of written memory",
        growth.bytes as u64,
        "evenly: one large vector or table is filled, and takes twice the room when it is full",
    );
    finding.evidence.insert(1, written);
    Some(finding)
}

/// What takes twice the room when it is full, and is written all at once. A cache that is not full
/// yet looks the same.
fn stairs(case: &Case<'_>) -> Option<Finding> {
    let stairs = case.stairs()?;
    let mut finding = case.finding(Mode::RealGrowth, stairs.bytes as u64, Confidence::Low);
    let came = format!(
        "without arenas; {} came by three steps, each twice the one before",
        size(stairs.bytes as u64)
    );
    finding.evidence = vec![
        Evidence::bytes("live heap", live(case), came),
        Evidence::bytes(
            "the last step",
            stairs.last as u64,
            "a table, that takes twice the room when it is full",
        ),
        Evidence::new(
            "the time of these steps",
            stairs.since.as_secs_f64(),
            Unit::Seconds,
            "and none was undone",
        ),
    ];
    finding.evidence.extend(of_owners(case));
    finding.remedy = remedy_of_doubling(case);
    Some(finding)
}

fn live(case: &Case<'_>) -> u64 {
    case.levels.iter().rev().find_map(|level| level.heap).unwrap_or(0)
}

fn finding(
    case: &Case<'_>,
    growth: &Growth,
    confidence: Confidence,
    heap: Evidence,
    site: Option<String>,
    remedy: String,
) -> Finding {
    let now = case.now();
    let mut finding = case.finding(Mode::RealGrowth, growth.bytes as u64, confidence);
    finding.evidence = vec![heap];
    finding.evidence.extend(evidence_of(growth));
    if let (Some(live), Some(fragmented)) = (now.live, now.fragmented) {
        let ratio = (live + fragmented) as f64 / live.max(1) as f64;
        finding.evidence.push(Evidence::new(
            "pages in use / live",
            ratio,
            Unit::Ratio,
            "it is live, and not fragmentation",
        ));
    }
    finding.evidence.extend(of_owners(case));
    finding.evidence.extend(drop_in_arena::beside(case));
    finding.remedy = remedy;
    finding.subject = site;
    finding
}

/// What somebody who looks for it reads.
const MOST_OWNERS: usize = 3;

fn of_owners(case: &Case<'_>) -> impl Iterator<Item = Evidence> {
    case.owners.iter().flat_map(Owners::growing).take(MOST_OWNERS).map(evidence_of_owner)
}

fn evidence_of_owner(owner: &Owner) -> Evidence {
    let a_request =
        owner.bytes_per_request.map(|bytes| format!("{} a request", signed_size(bytes)));
    let whence = Some(owner.whence()).filter(|whence| !whence.is_empty());
    let meaning = a_request.into_iter().chain(whence).collect::<Vec<_>>().join(", ");
    Evidence::bytes(
        format!("growth of what `{}` allocates", owner.function),
        owner.growth_bytes.max(0) as u64,
        meaning,
    )
}

/// What the profile of the heap says, if there is one.
fn remedy_of_owner(case: &Case<'_>) -> Option<String> {
    let owner = case.owners.as_ref()?.growing().next()?;
    let place = owner.place().map(|place| format!(" ({place})")).unwrap_or_default();
    let caller = owner.callers.first().map(|caller| format!(" for `{caller}`")).unwrap_or_default();
    Some(format!(
        "Look at what `{}`{place} allocates{caller}, who keeps it, and why nobody removes it: a map or a cache without a bound.",
        owner.function
    ))
}

/// That a profile of the heap names it, and how to have one.
fn names_it(case: &Case<'_>) -> String {
    let how = case
        .no_owners
        .as_deref()
        .unwrap_or("feature `heap-profile`, where the allocator is jemalloc");
    format!(" names it ({how})")
}

fn remedy_of_doubling(case: &Case<'_>) -> String {
    let untold = || {
        format!(
            "Look for one large `Vec`, `HashMap` or `String` that only grows, or an arena that is not metered (`doctor::metered`); a heap profile before and after a step{}.",
            names_it(case)
        )
    };
    remedy_of_owner(case).unwrap_or_else(untold)
}

fn remedy(case: &Case<'_>, site: Option<&str>, by: By) -> String {
    if let Some(remedy) = remedy_of_owner(case) {
        return remedy;
    }
    let names_it = names_it(case);
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
fn growing_site(case: &Case<'_>) -> Option<String> {
    let steps = Steps::of(case);
    let sites = case.report.sites.iter().take(MOST_SITES).enumerate();
    let mut by: Vec<_> = sites.map(|(place, site)| (steps.with_site(place), site.name)).collect();
    by.sort_by(|a, b| b.0.total_cmp(&a.0));
    let (best, name) = *by.first()?;
    let next = by.get(1).map_or(0.0, |next| next.0);
    (best >= IN_STEP && best - next >= APART).then(|| name.to_owned())
}
