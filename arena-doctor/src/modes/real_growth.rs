//! Real growth: the service holds more and more memory.
//!
//! The sign is live heap that grows steadily, while free memory of the allocator and known arenas
//! do not grow. A cache that fills up slows down, and is no growth.
//!
//! One large vector or table doubles when it is full, so live heap grows in steps. It is written
//! evenly, so physical memory shows the slope, and live heap confirms it. A hash table is written
//! at once, and only its steps can be seen.

use super::drop_in_arena;
use super::in_step::{APART, IN_STEP, Steps};
use crate::evidence::Evidence;
use crate::finding::{signed_size, size};
use crate::growth::{By, Growth};
use crate::reading::MOST_SITES;
use crate::{Confidence, Container, Figure, FigureUnit, Finding, Mode, Owner, Owners};

pub(super) fn judge(evidence: &Evidence<'_>) -> Option<Finding> {
    let growth = evidence.heap_growth().filter(|growth| evidence.growth_matters(growth));
    growth
        .map(|growth| steady(evidence, &growth))
        .or_else(|| doubling(evidence))
        .or_else(|| stairs(evidence))
}

/// Even growth.
fn steady(evidence: &Evidence<'_>, growth: &Growth) -> Finding {
    let is_counted = evidence.is_counted();
    let bytes = growth.bytes as u64;
    let counts_live = evidence.counts_live();
    let confidence = match evidence.confidence_of(growth) {
        _ if !is_counted => Confidence::Low,
        // It may be fragmentation that grows.
        confidence if !counts_live => confidence.min(Confidence::Medium),
        confidence => confidence,
    };
    let (name, heap) = if is_counted && counts_live {
        ("live heap", live(evidence))
    } else if is_counted {
        ("pages in use, since the allocator does not count live bytes", live(evidence))
    } else {
        (
            "anonymous memory, since live bytes are not counted (`heap::CountingAllocator` does)",
            evidence.now().touched,
        )
    };
    let meaning = format!("without arenas; {} of it came during these readings", size(bytes));
    let site = growing_site(evidence);
    let remedy = remedy(evidence, site.as_deref(), growth.by);
    finding(evidence, growth, confidence, Figure::bytes(name, heap, meaning), site, remedy)
}

/// A vector or table that doubles when it is full and is written evenly: live heap grows in steps.
fn doubling(evidence: &Evidence<'_>) -> Option<Finding> {
    let (growth, stepped) =
        evidence.doubling_growth().filter(|(growth, _)| evidence.growth_matters(growth))?;
    let meaning =
        format!("without arenas; {} of it came during these readings, in steps", size(stepped));
    let heap = Figure::bytes("live heap", live(evidence), meaning);
    let remedy = remedy_of_doubling(evidence);
    let mut finding = finding(evidence, &growth, Confidence::Medium, heap, None, remedy);
    let written = Figure::bytes(
        "growth of written memory",
        growth.bytes as u64,
        "steady: one large vector or table fills up, and doubles when it is full",
    );
    finding.evidence.insert(1, written);
    Some(finding)
}

/// A table that doubles when it is full and is written all at once. A cache that is not full yet
/// looks the same.
fn stairs(evidence: &Evidence<'_>) -> Option<Finding> {
    let stairs = evidence.stairs()?;
    let mut finding = evidence.finding(Mode::RealGrowth, stairs.bytes as u64, Confidence::Low);
    let came = format!(
        "without arenas; {} came in three steps, each twice the one before",
        size(stairs.bytes as u64)
    );
    finding.evidence = vec![
        Figure::bytes("live heap", live(evidence), came),
        Figure::bytes("the last step", stairs.last as u64, "a table that doubles when it is full"),
        Figure::new(
            "time of these steps",
            stairs.since.as_secs_f64(),
            FigureUnit::Seconds,
            "and none was reversed",
        ),
    ];
    finding.evidence.extend(of_owners(evidence));
    finding.remedy = remedy_of_doubling(evidence);
    Some(finding)
}

fn live(evidence: &Evidence<'_>) -> u64 {
    evidence.levels.iter().rev().find_map(|level| level.heap).unwrap_or(0)
}

/// The part of the growth that cannot be resident, if it exceeds RSS.
fn unwritten(evidence: &Evidence<'_>, growth: &Growth) -> Option<Figure> {
    let rss = evidence.account.rss_bytes;
    let beyond = (growth.bytes as u64).checked_sub(rss).filter(|&beyond| beyond > 0)?;
    let meaning = "allocated and never written, so RSS does not have these pages";
    Some(Figure::bytes("growth beyond RSS", beyond, meaning))
}

fn finding(
    evidence: &Evidence<'_>,
    growth: &Growth,
    confidence: Confidence,
    heap: Figure,
    site: Option<String>,
    remedy: String,
) -> Finding {
    let now = evidence.now();
    let mut finding = evidence.finding(Mode::RealGrowth, growth.bytes as u64, confidence);
    finding.evidence = vec![heap];
    finding.evidence.extend(unwritten(evidence, growth));
    finding.add_growth(growth);
    if let (Some(live), Some(fragmented)) = (now.live, now.fragmented) {
        let ratio = (live + fragmented) as f64 / live.max(1) as f64;
        finding.evidence.push(Figure::new(
            "pages in use / live",
            ratio,
            FigureUnit::Ratio,
            "the memory is live, and not fragmentation",
        ));
    }
    finding.evidence.extend(of_owners(evidence));
    finding.evidence.extend(drop_in_arena::beside(evidence));
    finding.remedy = remedy;
    finding.subject = site;
    finding
}

/// The remedy.
const MOST_OWNERS: usize = 3;

fn of_owners(evidence: &Evidence<'_>) -> impl Iterator<Item = Figure> {
    evidence.owners.iter().flat_map(Owners::growing).take(MOST_OWNERS).map(figure_of_owner)
}

fn figure_of_owner(owner: &Owner) -> Figure {
    let a_request =
        owner.bytes_per_request.map(|bytes| format!("{} a request", signed_size(bytes)));
    let whence = Some(owner.whence()).filter(|whence| !whence.is_empty());
    let meaning = a_request.into_iter().chain(whence).collect::<Vec<_>>().join(", ");
    Figure::bytes(
        format!("growth of what `{}` allocates", owner.function),
        owner.growth_bytes.max(0) as u64,
        meaning,
    )
}

/// The owners in the heap profile, if there is one. Several owners with one cause are one place to
/// look at.
fn remedy_of_owner(evidence: &Evidence<'_>) -> Option<String> {
    let owners = evidence.owners.as_ref()?;
    if let Some((cause, parts)) = owners.common_cause() {
        let others = parts.iter().map(|owner| owner.function.as_str());
        let others: Vec<_> = others.filter(|function| *function != cause).collect();
        let container = parts.iter().find_map(|owner| owner.container);
        return Some(format!(
            "Look at what `{cause}` keeps: the memory of `{}` is a part of it. {}",
            others.join("` and `"),
            why_it_stays(container)
        ));
    }
    let owner = owners.growing().next()?;
    let place = owner.place().map(|place| format!(" ({place})")).unwrap_or_default();
    let caller = owner.callers.first().map(|caller| format!(" for `{caller}`")).unwrap_or_default();
    Some(format!(
        "Look at what `{}`{place} allocates{caller}, and where it is kept. {}",
        owner.function,
        why_it_stays(owner.container)
    ))
}

fn why_it_stays(container: Option<Container>) -> &'static str {
    container.map_or("It is never removed: a map or a cache without a bound.", Container::remedy)
}

/// The advice to take a heap profile, and how to enable it.
fn names_it(evidence: &Evidence<'_>) -> String {
    let how =
        evidence.no_owners.as_deref().unwrap_or("it needs jemalloc and the feature `heap-profile`");
    format!(" names it ({how})")
}

fn remedy_of_doubling(evidence: &Evidence<'_>) -> String {
    let without_owner = || {
        format!(
            "Look for one large `Vec`, `HashMap` or `String` that only grows, or an arena that is \
             not metered (`doctor::metered`). A heap profile before and after a step{}.",
            names_it(evidence)
        )
    };
    remedy_of_owner(evidence).unwrap_or_else(without_owner)
}

fn remedy(evidence: &Evidence<'_>, site: Option<&str>, by: By) -> String {
    if let Some(remedy) = remedy_of_owner(evidence) {
        return remedy;
    }
    let names_it = names_it(evidence);
    let is_outside = evidence.allocated().is_some_and(|cause| cause.handler_name().is_none());
    match (site, by) {
        (_, By::Requests | By::Either) if is_outside => format!(
            "Look at what background tasks and threads keep of the work that requests hand to \
             them, and at middleware. A heap profile over some requests{names_it}."
        ),
        (_, By::Uncounted) => format!(
            "Count requests, so that the doctor can say whether it grows by them: add \
             `telemetry::count_requests()` as a layer of the router (feature `tower`), or call \
             `doctor::record_requests(1)` for each. Look at what requests and background work \
             (timers, queues) add and never remove. A heap profile over some minutes{names_it}."
        ),
        (_, By::Time) => format!(
            "Look at background work (timers, queues, indexing) that never removes what it adds. A \
             heap profile over some minutes{names_it}."
        ),
        (None, By::Either) => format!(
            "Look at what requests add and never remove (a map or a cache without a bound), and at \
             what timers and reloads add. The readings fit either. A heap profile{names_it}."
        ),
        (Some(site), _) => format!(
            "Look at what `{site}` adds and never removes: a map or a cache without a bound. A \
             heap profile over some requests{names_it}."
        ),
        (None, _) => format!(
            "Look at what requests add and never remove: a map or a cache without a bound, or an \
             arena that is not metered (`doctor::metered`). A heap profile over some \
             requests{names_it}."
        ),
    }
}

/// The handler under which most of the growth was allocated. Without samples, the handler that the
/// heap grows with, if it grows with one more than with all others.
fn growing_site(evidence: &Evidence<'_>) -> Option<String> {
    if let Some(cause) = evidence.allocated() {
        return cause.handler_name().map(str::to_owned);
    }
    let steps = Steps::of(evidence);
    let sites = evidence.report.sites.iter().take(MOST_SITES).enumerate();
    let mut by: Vec<_> = sites.map(|(place, site)| (steps.with_site(place), site.name)).collect();
    by.sort_by(|a, b| b.0.total_cmp(&a.0));
    let (best, name) = *by.first()?;
    let next = by.get(1).map_or(0.0, |next| next.0);
    (best >= IN_STEP && best - next >= APART).then(|| name.to_owned())
}
