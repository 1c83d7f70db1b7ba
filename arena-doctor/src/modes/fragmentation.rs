//! Fragmentation: live and freed objects share pages, so the allocator cannot give the pages back.
//!
//! The sign is pages in use over live bytes, `active / allocated`. `resident / allocated` would be
//! wrong: it is about 200 after a program frees everything. Whole free pages do not count. An
//! allocator without such figures (mimalloc) shows fragmentation after a purge: what the purge does
//! not give back. Without a purge, free memory that stays while the program works is only possibly
//! fragmentation. mimalloc gives a thread's free pages back only as that thread allocates, so an
//! idle thread's pages look the same. The evidence then says what the figures support: free memory.

use crate::evidence::Evidence;
use crate::levels;
use crate::{Confidence, Figure, FigureUnit, Finding, Mode};

/// Size classes are at most a quarter apart, so pages with objects of all sizes are at least 80 %
/// full. Slabs that fill and empty add to that.
const LEAST_RATIO: f64 = 1.3;

/// If live bytes are requested bytes, the ratio includes the rounding to size classes: at most an
/// eighth in mimalloc.
const LEAST_RATIO_OF_ASKED: f64 = 1.3 * 1.125;

pub(super) fn judge(evidence: &Evidence<'_>) -> Option<Finding> {
    let now = evidence.now();
    let live = now.live?;
    let rust = evidence.rust()?;
    let counted = now.fragmented.is_some();
    let bytes = if counted {
        levels::floor(&evidence.levels, evidence.settle, |level| level.fragmented)?
    } else {
        let free = levels::floor(&evidence.levels, evidence.settle, |level| level.free)?;
        // Below zero it keeps all pages.
        rust.decay?;
        // Without live memory that shares the pages it is not fragmentation, either.
        if levels::nothing_stayed(&evidence.levels, free) {
            return None;
        }
        match evidence.released {
            Some(released) => free.saturating_sub(released.bytes),
            None if levels::had_its_chance(&evidence.levels, evidence.settle, free) => free,
            None => return None,
        }
    };
    let ratio = (live + bytes) as f64 / live.max(1) as f64;
    let least = if counted { LEAST_RATIO } else { LEAST_RATIO_OF_ASKED };
    if !evidence.matters(bytes) || ratio < least {
        return None;
    }
    let is_told_apart = counted || evidence.released.is_some();
    let confidence = if is_told_apart { Confidence::High } else { Confidence::Low };
    let mut finding = evidence.finding(Mode::Fragmentation, bytes, confidence);
    finding.subject = Some(rust.name.to_owned());
    finding.evidence = vec![
        if is_told_apart {
            let meaning = "1 is best; free pages do not count";
            Figure::new("pages in use / live", ratio, FigureUnit::Ratio, meaning)
        } else {
            let meaning = "1 is best; free pages count, since they are not counted apart";
            Figure::new("held by the allocator / live", ratio, FigureUnit::Ratio, meaning)
        },
        Figure::bytes(
            if is_told_apart { "free within pages in use" } else { "free, whole pages or not" },
            bytes,
            format!("at all times in the last {:.0} s", evidence.settle.as_secs_f64()),
        ),
        Figure::bytes("live", live, "allocated by the program"),
    ];
    if let Some(released) = evidence.released {
        finding.evidence.push(Figure::bytes(
            "given back",
            released.bytes,
            "when the allocator was asked to give back all that it can",
        ));
    }
    finding.remedy = "Allocate the values of a request or a batch in an arena of their own. A \
        freed arena leaves whole pages free, and long-lived values lie together."
        .into();
    if !is_told_apart {
        finding.remedy.push_str(
            " First make sure that it is fragmentation: `diagnose_with_purge()` gives whole free \
             pages back, if their thread allocates or has ended.",
        );
    }
    if rust.name == "glibc" {
        finding.remedy.push_str(
            " `MALLOC_ARENA_MAX=2`, or `mallopt(M_ARENA_MAX, 2)`, lets threads share glibc's \
             heaps, so that fewer pages have some live objects each.",
        );
    }
    Some(finding)
}
