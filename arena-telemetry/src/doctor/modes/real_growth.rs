//! Real growth: the service holds more than it did.
//!
//! The sign is live heap that grows steadily while what its pages hold beside it does not: nothing is kept or shared, nothing is in an arena that is known. A cache that fills up slows down, and is none.

use crate::doctor::case::{Case, evidence_of};
use crate::doctor::growth::By;
use crate::doctor::{Confidence, Evidence, Finding, Mode, Unit};

pub(super) fn judge(case: &Case<'_>) -> Option<Finding> {
    let growth = case.growth(|level| level.heap)?;
    let now = case.now();
    let bytes = growth.bytes.max(0.0) as u64;
    let confidence = if growth.by == By::Either { Confidence::Medium } else { Confidence::High };
    let mut finding = case.finding(Mode::RealGrowth, bytes, confidence);
    let heap = now.heap.unwrap_or(0);
    finding.evidence = vec![Evidence::bytes(
        "live heap",
        heap,
        format!("without arenas; {} came in the time of these readings", super::super::finding::size(bytes)),
    )];
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
    finding.remedy = match (&site, growth.by) {
        (_, By::Time) => "Look at what runs by itself (timers, queues, indexing) and never removes what it adds; a heap profile over some minutes names it.".into(),
        (Some(site), _) => format!("Look at what `{site}` adds and nobody removes: a map or a cache without a bound; a heap profile between two numbers of requests names it."),
        (None, _) => "Look at what requests add and nobody removes: a map or a cache without a bound, or an arena that is not metered (`doctor::metered`); a heap profile between two numbers of requests names it.".into(),
    };
    finding.subject = site;
    Some(finding)
}

/// The handler that took the most from the heap, if heap bytes are measured and most of them are its own.
fn growing_site(case: &Case<'_>) -> Option<String> {
    let bytes = |site: &request_arena_core::SiteReport| site.heap.map_or(0, |heap| heap.bytes.sum);
    let all: u64 = case.report.sites.iter().map(bytes).sum();
    let site = case.report.sites.iter().max_by_key(|site| bytes(site))?;
    (bytes(site) > all / 2).then(|| site.name.to_owned())
}
