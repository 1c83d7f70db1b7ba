//! Drop in arena: values in an arena own heap memory, and the arena never drops them. Their heap
//! memory is never freed.
//!
//! The sign is live heap that grows in step with the work of an arena whose own size is steady. The
//! heap grows more when the arena works more. A healthy arena beside another leak also works, but
//! without this correlation. Then the arena is only a line in the evidence of that leak
//! ([`beside`]).
//!
//! request-arena's own handle refuses such values at build time. So the arena is a raw `Bump`: a
//! named one that counts them ([`MeteredBump::alloc`](crate::MeteredBump::alloc)), a named one that
//! is reset while the heap grows, or one that a handler got by `arena.bump()`.

use request_arena_core::SiteReport;

use super::in_step::Steps;
use crate::evidence::Evidence;
use crate::growth::{By, Growth};
use crate::metered::MeteredReading;
use crate::reading::MOST_SITES;
use crate::{Confidence, Figure, FigureUnit, Finding, Mode, Owner, Owners};

/// A value owns at most this much memory. More growth for each value comes from elsewhere.
const MOST_OF_A_VALUE: f64 = (1 << 20) as f64;

/// Scopes count requested bytes, and live bytes are rounded up by the allocator: by a quarter for
/// small sizes, and by a header.
const MOST_OF_IT: f64 = 0.5;

pub(super) fn judge(evidence: &Evidence<'_>) -> Option<Finding> {
    let growth = grows_with_requests(evidence)?;
    let bytes = growth.bytes as u64;
    let steps = Steps::of(evidence);
    let guilty = counted(evidence, &growth, &steps)
        .or_else(|| emptied(evidence, &steps))
        .or_else(|| raw(evidence, &growth, &steps));
    let Guilty { subject, confidence, figures } = guilty?;
    let confidence =
        if evidence.is_long(&growth) { confidence } else { confidence.min(Confidence::Medium) };
    let mut finding = evidence.finding(Mode::DropInArena, bytes, confidence);
    finding.evidence = vec![Figure::bytes(
        if evidence.is_counted() { "growth of live heap" } else { "growth of anonymous memory" },
        bytes,
        "without arenas, during these readings",
    )];
    finding.evidence.extend(figures);
    finding.add_growth(&growth);
    finding.remedy = format!(
        "The arena of `{subject}` forgets values without running their `Drop`. Allocate them with \
         `Arena::alloc_box`, or use types that own arena memory (`collections::Vec`). \
         request-arena's `alloc` refuses such values at build time."
    );
    finding.subject = Some(subject);
    Some(finding)
}

/// A hint for other findings: an arena that counts values that it forgot.
pub(super) fn beside(evidence: &Evidence<'_>) -> Option<Figure> {
    forgetful(evidence).map(|(arena, values)| forgotten(arena, values))
}

fn grows_with_requests(evidence: &Evidence<'_>) -> Option<Growth> {
    evidence.heap_growth().filter(|growth| {
        !matches!(growth.by, By::Time | By::Uncounted) && evidence.growth_matters(growth)
    })
}

struct Guilty {
    subject: String,
    confidence: Confidence,
    figures: Vec<Figure>,
}

/// The change of a counter of a named arena over the readings.
fn moved(evidence: &Evidence<'_>, arena: &MeteredReading, of: fn(&MeteredReading) -> u64) -> u64 {
    let before = evidence
        .readings
        .first()
        .and_then(|first| first.metered.iter().find(|before| before.name == arena.name));
    of(arena) - before.map_or(0, of)
}

/// Whether the arena itself grows. Then it is a long-lived arena, and not this mode.
fn grows(evidence: &Evidence<'_>, arena: &MeteredReading) -> bool {
    Growth::of(&evidence.arena(arena.name, |arena| arena.used_bytes), evidence.settle).is_some()
}

/// The arena that forgot the most values, and their number.
fn forgetful<'a>(evidence: &Evidence<'a>) -> Option<(&'a MeteredReading, u64)> {
    let values = evidence
        .arenas()
        .iter()
        .map(|arena| (arena, moved(evidence, arena, |arena| arena.undropped)));
    values.filter(|(_, values)| *values > 0).max_by_key(|(_, values)| *values)
}

fn forgotten(arena: &MeteredReading, values: u64) -> Figure {
    Figure::new(
        "values forgotten without their `Drop`",
        values as f64,
        FigureUnit::Count,
        format!("in `{}`", arena.name),
    )
}

/// Whether the heap profile names other functions than this handler as the owners of the growth.
fn is_anothers(evidence: &Evidence<'_>, site: &str) -> bool {
    let is_of = |owner: &Owner| {
        let functions = core::iter::once(&owner.function).chain(&owner.callers);
        functions.into_iter().any(|function| function.split("::").any(|part| part == site))
    };
    let largest = evidence.owners.as_ref().and_then(|owners| Owners::growing(owners).next());
    largest.is_some_and(|owner| !is_of(owner))
}

fn counted(evidence: &Evidence<'_>, growth: &Growth, steps: &Steps) -> Option<Guilty> {
    let (arena, values) = forgetful(evidence)?;
    let is_in_step = steps.is_best(steps.with_arena(arena.name, |arena| arena.undropped), evidence);
    let is_enough = growth.bytes <= MOST_OF_A_VALUE * values as f64;
    (is_in_step && is_enough).then(|| Guilty {
        subject: arena.name.to_owned(),
        confidence: Confidence::High,
        figures: vec![forgotten(arena, values)],
    })
}

/// If a heap profile names the owners of the growth, it decides, since the content of this arena is
/// unknown.
fn emptied(evidence: &Evidence<'_>, steps: &Steps) -> Option<Guilty> {
    if evidence.owners.as_ref().is_some_and(|owners| owners.growing().next().is_some()) {
        return None;
    }
    let resets = |arena: &&MeteredReading| moved(evidence, arena, |arena| arena.resets);
    let candidates =
        evidence.arenas().iter().filter(|arena| resets(arena) > 0 && !grows(evidence, arena));
    let in_step =
        candidates.map(|arena| (arena, steps.with_arena(arena.name, |arena| arena.resets)));
    let (arena, correlation) = in_step.max_by(|a, b| a.1.total_cmp(&b.1))?;
    if !steps.is_best(correlation, evidence) {
        return None;
    }
    let figures = vec![
        Figure::new(
            "resets",
            resets(&arena) as f64,
            FigureUnit::Count,
            format!("of `{}`, during these readings", arena.name),
        ),
        Figure::new(
            "correlation with the resets",
            correlation,
            FigureUnit::Ratio,
            "of the steps; 1 means in step",
        ),
        Figure::bytes(
            "used bytes of the arena",
            arena.used_bytes,
            "steady: the growing memory is not in the arena, but its values may have owned it",
        ),
    ];
    Some(Guilty { subject: arena.name.to_owned(), confidence: Confidence::Medium, figures })
}

/// A handler that uses its raw `Bump`, and allocates at least as much from the heap as stays, if
/// that is measured.
fn raw(evidence: &Evidence<'_>, growth: &Growth, steps: &Steps) -> Option<Guilty> {
    use request_arena_core::Exactness::{AtLeast, Estimate};
    let per_scope = |site: &SiteReport| site.heap.map(|heap| heap.bytes.mean());
    let sites = evidence.report.sites.iter().take(MOST_SITES).enumerate();
    let could = |site: &SiteReport| {
        matches!(site.peak_exactness, AtLeast | Estimate)
            && per_scope(site).is_none_or(|bytes| bytes >= MOST_OF_IT * growth.bytes_per_request)
            && !is_anothers(evidence, site.name)
    };
    let candidates =
        sites.filter(|(_, site)| could(site)).map(|(place, site)| (steps.with_site(place), site));
    let (correlation, site) = candidates.max_by(|a, b| a.0.total_cmp(&b.0))?;
    if !steps.is_best(correlation, evidence) {
        return None;
    }
    let meaning = format!("`{}`, which uses a raw `&Bump`", site.name);
    let scopes = match per_scope(site) {
        Some(bytes) => {
            Figure::new("heap bytes of a scope", bytes, FigureUnit::BytesPerRequest, meaning)
        }
        None => Figure::new("scopes", site.outcomes.total() as f64, FigureUnit::Count, meaning),
    };
    let in_step = Figure::new(
        "correlation with its scopes",
        correlation,
        FigureUnit::Ratio,
        "of the steps; 1 means in step",
    );
    Some(Guilty {
        subject: site.name.to_owned(),
        confidence: Confidence::Low,
        figures: vec![scopes, in_step],
    })
}
