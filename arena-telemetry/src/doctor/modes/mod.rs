//! The modes' judgements, one file for each: what its mechanism is, which sign tells it from the
//! others, and where its thresholds come from.

use super::Finding;
use super::case::Case;

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

/// All findings, the likeliest first: the surer, and among equals what explains more of RSS. What
/// is of time comes after what is of memory.
pub(super) fn judge(case: &Case<'_>) -> Vec<Finding> {
    let mut findings = long_lived_arena::judge(case);
    findings.extend(reset_ratchet::judge(case));
    findings.extend(second_allocator::judge(case));
    findings.extend(retention::judge(case));
    findings.extend(fragmentation::judge(case));
    findings.extend(page_cache::judge(case));
    // Chunks of an arena, and what a value that is never dropped owns, are live heap as any other:
    // where these are in step with it they explain what real growth would only state.
    let growing = unnamed_arena::judge(case).or_else(|| drop_in_arena::judge(case));
    findings.extend(growing.or_else(|| real_growth::judge(case)));
    findings.extend(other_growth::judge(case));
    findings.extend(delayed_free::judge(case));
    findings.sort_by(|a, b| {
        let key = |finding: &Finding| (finding.confidence, finding.bytes.is_some());
        key(b).cmp(&key(a)).then(b.share.total_cmp(&a.share))
    });
    findings
}
