//! Drop in arena: values that own heap memory lie in an arena, which forgets them. What they own is never freed, and belongs to nobody.
//!
//! The sign is live heap that grows with the work of an arena that itself is flat. request-arena's own handle refuses such values when the crate is built, so it is
//! a raw `Bump`: a named one that counts them ([`MeteredBump::alloc`](crate::doctor::MeteredBump::alloc)), a named one that is emptied as the heap grows, or one that a handler took by `arena.bump()`.

use request_arena_core::SiteReport;

use crate::doctor::case::{Case, evidence_of};
use crate::doctor::growth::{By, Growth};
use crate::doctor::metered::MeteredReading;
use crate::doctor::{Confidence, Evidence, Finding, Mode, Unit};

pub(super) fn judge(case: &Case<'_>) -> Option<Finding> {
    let (growth, is_counted) = case.heap_growth().filter(|(growth, _)| growth.by != By::Time)?;
    let bytes = growth.bytes.max(0.0) as u64;
    let (subject, confidence, evidence) = counted(case).or_else(|| emptied(case)).or_else(|| raw(case, &growth))?;
    let mut finding = case.finding(Mode::DropInArena, bytes, confidence);
    finding.evidence = vec![Evidence::bytes(
        if is_counted { "growth of live heap" } else { "growth of anonymous memory" },
        bytes,
        "without arenas, in the time of these readings",
    )];
    finding.evidence.extend(evidence);
    finding.evidence.extend(evidence_of(&growth));
    finding.remedy = format!(
        "What lies in `{subject}` is forgotten without its `Drop`: allocate it by `Arena::alloc_box`, or let it own arena memory (`collections::Vec`); request-arena's `alloc` refuses such values when the crate is built."
    );
    finding.subject = Some(subject);
    Some(finding)
}

/// What scopes allocate is counted as it was asked for; what is live, as allocators round it up: by a quarter for small sizes, and by a header.
const MOST_OF_IT: f64 = 0.5;

type Guilty = (String, Confidence, Vec<Evidence>);

/// How a counter of a named arena moved over the readings.
fn moved(case: &Case<'_>, arena: &MeteredReading, of: fn(&MeteredReading) -> u64) -> u64 {
    let before = case.readings.first().and_then(|first| first.metered.iter().find(|before| before.name == arena.name));
    of(arena) - before.map_or(0, of)
}

/// Whether the arena itself grows: then it is that, and not this.
fn grows(case: &Case<'_>, arena: &MeteredReading) -> bool {
    Growth::of(&case.arena(arena.name, |arena| arena.used_bytes)).is_some()
}

fn counted(case: &Case<'_>) -> Option<Guilty> {
    let forgotten = |arena: &&MeteredReading| moved(case, arena, |arena| arena.undropped);
    let arena = case.arenas().iter().filter(|arena| forgotten(arena) > 0).max_by_key(forgotten)?;
    let values = forgotten(&arena) as f64;
    let evidence =
        Evidence::new("values forgotten without their `Drop`", values, Unit::Count, format!("in `{}`", arena.name));
    Some((arena.name.to_owned(), Confidence::High, vec![evidence]))
}

fn emptied(case: &Case<'_>) -> Option<Guilty> {
    let resets = |arena: &&MeteredReading| moved(case, arena, |arena| arena.resets);
    let candidates = case.arenas().iter().filter(|arena| resets(arena) > 0 && !grows(case, arena));
    let arena = candidates.max_by_key(resets)?;
    let evidence = vec![
        Evidence::new(
            "times it was emptied",
            resets(&arena) as f64,
            Unit::Count,
            format!("`{}`, in the same time", arena.name),
        ),
        Evidence::bytes(
            "used bytes of the arena",
            arena.used_bytes,
            "flat: what grows is not in it, but may have been owned from it",
        ),
    ];
    Some((arena.name.to_owned(), Confidence::Medium, evidence))
}

/// A handler that hands out its raw `Bump`, and allocates from the heap at least what stays; as far as that is measured.
fn raw(case: &Case<'_>, growth: &Growth) -> Option<Guilty> {
    use request_arena_core::Exactness::{AtLeast, Estimate};
    let per_scope = |site: &SiteReport| site.heap.map(|heap| heap.bytes.mean());
    let could = |site: &&SiteReport| {
        matches!(site.peak_exactness, AtLeast | Estimate)
            && per_scope(site).is_none_or(|bytes| bytes >= MOST_OF_IT * growth.bytes_per_request)
    };
    let sites = case.report.sites.iter().filter(could);
    let site = sites.max_by_key(|site| site.heap.map_or(0, |heap| heap.bytes.sum).max(site.outcomes.total()))?;
    let meaning = format!("`{}`, which uses a raw `&Bump`", site.name);
    let evidence = match per_scope(site) {
        Some(bytes) => Evidence::new("heap bytes of a scope", bytes, Unit::BytesPerRequest, meaning),
        None => Evidence::new("scopes", site.outcomes.total() as f64, Unit::Count, meaning),
    };
    Some((site.name.to_owned(), Confidence::Low, vec![evidence]))
}
