//! The judgement of each mode is in a file of its own, with its mechanism, its sign, and the source
//! of its thresholds.

use super::Finding;
use super::evidence::Evidence;

mod delayed_free;
mod drop_in_arena;
mod fragmentation;
mod in_step;
mod long_lived_arena;
mod other_growth;
mod page_cache;
mod real_growth;
mod reset_ratchet;
mod retention;
mod second_allocator;
#[cfg(test)]
mod tests;
mod unnamed_arena;
mod unread_heap;

/// All findings, the likeliest first: by confidence, then by share of RSS. Findings about latency
/// come after those about memory.
pub(super) fn judge(evidence: &Evidence<'_>) -> Vec<Finding> {
    let mut findings = long_lived_arena::judge(evidence);
    findings.extend(reset_ratchet::judge(evidence));
    findings.extend(second_allocator::judge(evidence));
    findings.extend(retention::judge(evidence));
    findings.extend(fragmentation::judge(evidence));
    findings.extend(page_cache::judge(evidence));
    // Chunks of an unnamed arena, and memory of values that are never dropped, are live heap. These
    // modes explain growth that real growth would only state.
    let growing = unnamed_arena::judge(evidence).or_else(|| drop_in_arena::judge(evidence));
    let growing = growing.or_else(|| real_growth::judge(evidence));
    let grows = growing.is_some();
    findings.extend(growing);
    if !grows {
        findings.extend(unread_heap::judge(evidence));
    }
    findings.extend(other_growth::judge(evidence));
    findings.extend(delayed_free::judge(evidence));
    findings.sort_by(|a, b| {
        let key = |finding: &Finding| (finding.confidence, finding.bytes.is_some());
        key(b).cmp(&key(a)).then(b.share.total_cmp(&a.share))
    });
    findings
}
