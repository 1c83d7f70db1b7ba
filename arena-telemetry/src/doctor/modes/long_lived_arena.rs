//! Long-lived arena: an arena held by an `Arc<Mutex<Bump>>`, a static or a thread local, in which
//! each request leaves something.
//!
//! The sign is that the arena's *used* bytes grow with requests and are flat while nobody asks. The
//! allocator's figures step by chunk, each twice the one before, so only used bytes show the slope.
//! An index that is built once flattens out; an arena that is reset comes back to where it was.

use crate::doctor::case::{Case, evidence_of};
use crate::doctor::growth::{By, Growth};
use crate::doctor::{Evidence, Finding, Mode};

pub(super) fn judge(case: &Case<'_>) -> Vec<Finding> {
    let mut findings: Vec<Finding> =
        case.arenas().iter().filter_map(|arena| named(case, arena.name)).collect();
    findings.extend(scopes(case));
    findings
}

fn named(case: &Case<'_>, name: &'static str) -> Option<Finding> {
    let growth = Growth::of(&case.arena(name, |arena| arena.used_bytes), case.settle)?;
    let arena = case.arenas().iter().find(|arena| arena.name == name)?;
    if !case.matters(arena.used_bytes) {
        return None;
    }
    let confidence = case.confidence_of(&growth);
    let mut finding = case.finding(Mode::LongLivedArena, arena.used_bytes, confidence);
    finding.subject = Some(name.to_owned());
    finding.evidence = vec![Evidence::bytes(
        "used bytes",
        arena.used_bytes,
        format!(
            "of which {} came in the time of these readings",
            super::super::finding::signed_size(growth.bytes)
        ),
    )];
    finding.evidence.extend(evidence_of(&growth));
    finding.remedy = match growth.by {
        By::Time => format!(
            "`{name}` grows with time and is never emptied: reset it after each round of that work, or keep what has to stay in the heap."
        ),
        _ => format!(
            "`{name}` outlives the requests that allocate in it: take what a request needs from its own arena (`#[request_arena]`), and keep in the heap what has to stay."
        ),
    };
    Some(finding)
}

/// Scopes of request-arena's that never end.
fn scopes(case: &Case<'_>) -> Option<Finding> {
    let growth =
        case.growth(|level| Some(level.in_use)).filter(|_| case.matters(case.now().in_use))?;
    let site = case.report.sites.iter().max_by_key(|site| site.in_use_bytes)?;
    let confidence = case.confidence_of(&growth);
    let mut finding = case.finding(Mode::LongLivedArena, case.now().in_use, confidence);
    finding.subject = Some(site.name.to_owned());
    finding.evidence = vec![
        Evidence::bytes("chunks of open scopes", case.now().in_use, "of all handlers"),
        Evidence::new(
            "open scopes",
            site.live_scopes as f64,
            crate::doctor::Unit::Count,
            format!("of `{}`", site.name),
        ),
    ];
    if let Some(oldest) = site.oldest {
        finding.evidence.push(Evidence::new(
            "oldest open scope",
            oldest.as_secs_f64(),
            crate::doctor::Unit::Seconds,
            format!("of `{}`", site.name),
        ));
    }
    finding.evidence.extend(evidence_of(&growth));
    finding.remedy = format!(
        "Scopes of `{}` do not end, or one of them takes more and more: give its waits a timeout, and each step of a long one a child scope (`arena.scope(..)`).",
        site.name
    );
    Some(finding)
}
