//! Drop in arena: values that own heap memory lie in an arena, which forgets them. What they own is
//! never freed, and belongs to nobody.
//!
//! The sign is live heap that grows in step with the work of an arena that itself is flat: in times
//! when more is done in it more comes, and in others less. A healthy arena beside another's leak
//! works as much, so that without this it is no more than a line among that one's evidence
//! ([`beside`]). request-arena's own handle refuses such values when the crate is built, so it is a
//! raw `Bump`: a named one that counts them
//! ([`MeteredBump::alloc`](crate::doctor::MeteredBump::alloc)), a named one that is emptied as the
//! heap grows, or one that a handler took by `arena.bump()`.

use request_arena_core::SiteReport;

use super::in_step::Steps;
use crate::doctor::case::{Case, evidence_of};
use crate::doctor::growth::{By, Growth};
use crate::doctor::metered::MeteredReading;
use crate::doctor::reading::MOST_SITES;
use crate::doctor::{Confidence, Evidence, Finding, Mode, Owner, Owners, Unit};

/// A value owns no more than this: what has grown by more for each is another's.
const MOST_OF_A_VALUE: f64 = (1 << 20) as f64;

/// What scopes allocate is counted as it was asked for; what is live, as allocators round it up: by
/// a quarter for small sizes, and by a header.
const MOST_OF_IT: f64 = 0.5;

pub(super) fn judge(case: &Case<'_>) -> Option<Finding> {
    let growth = grows_with_requests(case)?;
    let bytes = growth.bytes as u64;
    let steps = Steps::of(case);
    let guilty = counted(case, &growth, &steps)
        .or_else(|| emptied(case, &steps))
        .or_else(|| raw(case, &growth, &steps));
    let Guilty { subject, confidence, evidence } = guilty?;
    let confidence =
        if case.is_long(&growth) { confidence } else { confidence.min(Confidence::Medium) };
    let mut finding = case.finding(Mode::DropInArena, bytes, confidence);
    finding.evidence = vec![Evidence::bytes(
        if case.is_counted() { "growth of live heap" } else { "growth of anonymous memory" },
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

/// What is worth a look where it is not this, but may be: an arena that counts values it forgot.
pub(super) fn beside(case: &Case<'_>) -> Option<Evidence> {
    forgetful(case).map(|(arena, values)| forgotten(arena, values))
}

fn grows_with_requests(case: &Case<'_>) -> Option<Growth> {
    case.heap_growth().filter(|growth| growth.by != By::Time && case.matters(growth.bytes as u64))
}

struct Guilty {
    subject: String,
    confidence: Confidence,
    evidence: Vec<Evidence>,
}

/// How a counter of a named arena moved over the readings.
fn moved(case: &Case<'_>, arena: &MeteredReading, of: fn(&MeteredReading) -> u64) -> u64 {
    let before = case
        .readings
        .first()
        .and_then(|first| first.metered.iter().find(|before| before.name == arena.name));
    of(arena) - before.map_or(0, of)
}

/// Whether the arena itself grows: then it is that, and not this.
fn grows(case: &Case<'_>, arena: &MeteredReading) -> bool {
    Growth::of(&case.arena(arena.name, |arena| arena.used_bytes), case.settle).is_some()
}

/// The arena that has forgotten most values, and how many.
fn forgetful<'a>(case: &Case<'a>) -> Option<(&'a MeteredReading, u64)> {
    let values =
        case.arenas().iter().map(|arena| (arena, moved(case, arena, |arena| arena.undropped)));
    values.filter(|(_, values)| *values > 0).max_by_key(|(_, values)| *values)
}

fn forgotten(arena: &MeteredReading, values: u64) -> Evidence {
    Evidence::new(
        "values forgotten without their `Drop`",
        values as f64,
        Unit::Count,
        format!("in `{}`", arena.name),
    )
}

/// Whether the profile of the heap names others as those whose memory grew than this handler's.
fn is_anothers(case: &Case<'_>, site: &str) -> bool {
    let is_of = |owner: &Owner| {
        let functions = core::iter::once(&owner.function).chain(&owner.callers);
        functions.into_iter().any(|function| function.split("::").any(|part| part == site))
    };
    let largest = case.owners.as_ref().and_then(|owners| Owners::growing(owners).next());
    largest.is_some_and(|owner| !is_of(owner))
}

fn counted(case: &Case<'_>, growth: &Growth, steps: &Steps) -> Option<Guilty> {
    let (arena, values) = forgetful(case)?;
    let is_in_step = steps.is_best(steps.with_arena(arena.name, |arena| arena.undropped), case);
    let is_enough = growth.bytes <= MOST_OF_A_VALUE * values as f64;
    (is_in_step && is_enough).then(|| Guilty {
        subject: arena.name.to_owned(),
        confidence: Confidence::High,
        evidence: vec![forgotten(arena, values)],
    })
}

/// A profile that names whose memory grew is trusted, as nothing is known of what lies in this
/// arena.
fn emptied(case: &Case<'_>, steps: &Steps) -> Option<Guilty> {
    if case.owners.as_ref().is_some_and(|owners| owners.growing().next().is_some()) {
        return None;
    }
    let resets = |arena: &&MeteredReading| moved(case, arena, |arena| arena.resets);
    let candidates = case.arenas().iter().filter(|arena| resets(arena) > 0 && !grows(case, arena));
    let in_step =
        candidates.map(|arena| (arena, steps.with_arena(arena.name, |arena| arena.resets)));
    let (arena, correlation) = in_step.max_by(|a, b| a.1.total_cmp(&b.1))?;
    if !steps.is_best(correlation, case) {
        return None;
    }
    let evidence = vec![
        Evidence::new(
            "times it was emptied",
            resets(&arena) as f64,
            Unit::Count,
            format!("`{}`, in the same time", arena.name),
        ),
        Evidence::new(
            "correlation with that",
            correlation,
            Unit::Ratio,
            "of the steps; 1 is in step",
        ),
        Evidence::bytes(
            "used bytes of the arena",
            arena.used_bytes,
            "flat: what grows is not in it, but may have been owned from it",
        ),
    ];
    Some(Guilty { subject: arena.name.to_owned(), confidence: Confidence::Medium, evidence })
}

/// A handler that hands out its raw `Bump`, and allocates from the heap at least what stays; as far
/// as that is measured.
fn raw(case: &Case<'_>, growth: &Growth, steps: &Steps) -> Option<Guilty> {
    use request_arena_core::Exactness::{AtLeast, Estimate};
    let per_scope = |site: &SiteReport| site.heap.map(|heap| heap.bytes.mean());
    let sites = case.report.sites.iter().take(MOST_SITES).enumerate();
    let could = |site: &SiteReport| {
        matches!(site.peak_exactness, AtLeast | Estimate)
            && per_scope(site).is_none_or(|bytes| bytes >= MOST_OF_IT * growth.bytes_per_request)
            && !is_anothers(case, site.name)
    };
    let candidates =
        sites.filter(|(_, site)| could(site)).map(|(place, site)| (steps.with_site(place), site));
    let (correlation, site) = candidates.max_by(|a, b| a.0.total_cmp(&b.0))?;
    if !steps.is_best(correlation, case) {
        return None;
    }
    let meaning = format!("`{}`, which uses a raw `&Bump`", site.name);
    let scopes = match per_scope(site) {
        Some(bytes) => {
            Evidence::new("heap bytes of a scope", bytes, Unit::BytesPerRequest, meaning)
        }
        None => Evidence::new("scopes", site.outcomes.total() as f64, Unit::Count, meaning),
    };
    let in_step = Evidence::new(
        "correlation with its scopes",
        correlation,
        Unit::Ratio,
        "of the steps; 1 is in step",
    );
    Some(Guilty {
        subject: site.name.to_owned(),
        confidence: Confidence::Low,
        evidence: vec![scopes, in_step],
    })
}
