//! The judgement of each mode is in a file of its own, with its mechanism, its sign, and the source
//! of its thresholds.

use super::evidence::Evidence;
use super::{Confidence, Finding, Mode};

mod anonymous_maps;
mod container_limit;
mod delayed_free;
mod drop_in_arena;
mod eager_purging;
mod fragmentation;
mod huge_pages;
mod in_step;
mod kept_capacity;
mod long_lived_arena;
mod memory_pressure;
mod other_growth;
mod outside_rss;
mod page_cache;
mod pinned_buffers;
mod real_growth;
mod reset_ratchet;
mod retention;
mod second_allocator;
#[cfg(test)]
mod tests;
mod thread_stacks;
mod unnamed_arena;
mod unread_heap;

/// All findings, the likeliest first: by confidence, then by share of RSS. Findings about time
/// come after those about memory.
pub(super) fn judge(evidence: &Evidence<'_>) -> Vec<Finding> {
    let mut findings = long_lived_arena::judge(evidence);
    findings.extend(reset_ratchet::judge(evidence));
    findings.extend(second_allocator::judge(evidence));
    findings.extend(retention::judge(evidence));
    findings.extend(fragmentation::judge(evidence));
    findings.extend(huge_pages::judge(evidence));
    findings.extend(page_cache::judge(evidence));
    // Chunks of an unnamed arena, and memory of values that are never dropped, are live heap. These
    // modes explain growth that real growth would only state.
    let growing = unnamed_arena::judge(evidence)
        .or_else(|| drop_in_arena::judge(evidence))
        .or_else(|| pinned_buffers::judge(evidence));
    let growing = growing.or_else(|| real_growth::judge(evidence));
    // A burst also looks like a table that doubles, which is only possible.
    let is_certain = |finding: &Finding| finding.confidence > Confidence::Low;
    let kept = kept_capacity::judge(evidence).filter(|_| !growing.as_ref().is_some_and(is_certain));
    let unread = unread_heap::judge(evidence).filter(|_| growing.is_none() && kept.is_none());
    findings.extend(growing.filter(|_| kept.is_none()));
    findings.extend(kept);
    findings.extend(unread);
    let others = other_growth::judge(evidence);
    // Growing stacks are no stacks that stay.
    let grows = others.iter().any(|finding| finding.subject.as_deref() == Some("threads"));
    findings.extend(others);
    findings.extend(thread_stacks::judge(evidence).filter(|_| !grows));
    findings.extend(anonymous_maps::judge(evidence));
    findings.extend(outside_rss::judge(evidence));
    findings.extend(container_limit::judge(evidence));
    findings.extend(memory_pressure::judge(evidence));
    findings.extend(delayed_free::judge(evidence));
    findings.extend(eager_purging::judge(evidence));
    findings.iter_mut().for_each(|finding| add_handler(finding, evidence));
    findings.sort_by(|a, b| {
        let key = |finding: &Finding| (finding.confidence, finding.bytes.is_some());
        key(b).cmp(&key(a)).then(b.share.total_cmp(&a.share))
    });
    findings
}

/// Adds the handler under which the memory was allocated to findings about live heap that grows.
fn add_handler(finding: &mut Finding, evidence: &Evidence<'_>) {
    let is_of_heap = matches!(
        finding.mode,
        Mode::LongLivedArena | Mode::DropInArena | Mode::PinnedBuffers | Mode::RealGrowth
    );
    let (true, Some(cause)) = (is_of_heap, evidence.allocated()) else { return };
    finding.evidence.insert(1.min(finding.evidence.len()), cause.figure());
    finding.allocated = Some(cause.clone());
}
