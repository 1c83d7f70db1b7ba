//! Long-lived arena: an arena in an `Arc<Mutex<Bump>>`, a static or a thread local, in which each
//! request leaves memory.
//!
//! The sign is that the arena's *used* bytes grow with requests and are flat without requests. The
//! allocator's figures grow in steps, since each chunk is twice as large as the one before. So only
//! used bytes show the slope. The growth of an index that is built once ends, and an arena that is
//! reset returns to its size.

use crate::evidence::Evidence;
use crate::growth::{By, Growth};
use crate::{Figure, Finding, Mode};

pub(super) fn judge(evidence: &Evidence<'_>) -> Vec<Finding> {
    let mut findings: Vec<Finding> =
        evidence.arenas().iter().filter_map(|arena| named(evidence, arena.name)).collect();
    findings.extend(scopes(evidence));
    findings
}

fn named(evidence: &Evidence<'_>, name: &'static str) -> Option<Finding> {
    let growth = Growth::of(&evidence.arena(name, |arena| arena.used_bytes), evidence.settle)?;
    let arena = evidence.arenas().iter().find(|arena| arena.name == name)?;
    if !evidence.matters(arena.used_bytes) {
        return None;
    }
    let confidence = evidence.confidence_of(&growth);
    let mut finding = evidence.finding(Mode::LongLivedArena, arena.used_bytes, confidence);
    finding.subject = Some(name.to_owned());
    finding.evidence = vec![Figure::bytes(
        "used bytes",
        arena.used_bytes,
        format!(
            "{} of it came during these readings",
            super::super::finding::signed_size(growth.bytes)
        ),
    )];
    finding.add_growth(&growth);
    finding.remedy = match growth.by {
        By::Time | By::Uncounted => format!(
            "`{name}` grows with time and is never reset. Reset it after each round of that work, \
             or keep long-lived values on the heap."
        ),
        _ => format!(
            "`{name}` outlives the requests that allocate in it. Allocate what a request needs in \
             its own arena (`#[request_arena]`), and long-lived values on the heap."
        ),
    };
    Some(finding)
}

/// Scopes of request-arena that never end.
fn scopes(evidence: &Evidence<'_>) -> Option<Finding> {
    let growth = evidence
        .growth(|level| Some(level.in_use))
        .filter(|_| evidence.matters(evidence.now().in_use))?;
    let site = evidence.report.sites.iter().max_by_key(|site| site.in_use_bytes)?;
    let confidence = evidence.confidence_of(&growth);
    let mut finding = evidence.finding(Mode::LongLivedArena, evidence.now().in_use, confidence);
    finding.subject = Some(site.name.to_owned());
    finding.evidence = vec![
        Figure::bytes("chunks of open scopes", evidence.now().in_use, "of all handlers"),
        Figure::new(
            "open scopes",
            site.live_scopes as f64,
            crate::FigureUnit::Count,
            format!("of `{}`", site.name),
        ),
    ];
    if let Some(oldest) = site.oldest {
        finding.evidence.push(Figure::new(
            "oldest open scope",
            oldest.as_secs_f64(),
            crate::FigureUnit::Seconds,
            format!("of `{}`", site.name),
        ));
    }
    finding.add_growth(&growth);
    finding.remedy = format!(
        "Scopes of `{}` do not end, or one of them allocates more and more. Give its waits a \
         timeout, and use a child scope (`arena.scope(..)`) for each step of a long request.",
        site.name
    );
    Some(finding)
}
