//! Fragmentation: live and freed objects share pages, so that the pages cannot be given back.
//!
//! The sign is pages in use against live bytes, `active / allocated`, and never
//! `resident / allocated`, which is 200 after everything was freed. Freed whole pages are not part
//! of it. An allocator that does not tell (mimalloc) shows it after it gave back what it can; or,
//! without that, while the program works on, since it gives free pages back as threads allocate.

use crate::evidence::Evidence;
use crate::levels;
use crate::{Confidence, Figure, FigureUnit, Finding, Mode};

/// Size classes are a quarter apart at most, so that pages of objects of all sizes are filled to 80
/// % at worst; slabs that are being filled and emptied come on top.
const LEAST_RATIO: f64 = 1.3;

/// Where live bytes are those asked for, the rounding to size classes is in the ratio, too: an
/// eighth at most in mimalloc.
const LEAST_RATIO_OF_ASKED: f64 = 1.3 * 1.125;

pub(super) fn judge(evidence: &Evidence<'_>) -> Option<Finding> {
    let now = evidence.now();
    let live = now.live?;
    let rust = evidence.rust()?;
    let told = now.fragmented.is_some();
    let bytes = if told {
        levels::floor(&evidence.levels, evidence.settle, |level| level.fragmented)?
    } else {
        let free = levels::floor(&evidence.levels, evidence.settle, |level| level.free)?;
        // Below zero it keeps all.
        rust.decay?;
        // Nor is it fragmentation where there is nothing to share a page with.
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
    let least = if told { LEAST_RATIO } else { LEAST_RATIO_OF_ASKED };
    if !evidence.matters(bytes) || ratio < least {
        return None;
    }
    let confidence = match evidence.released {
        None if !told && !evidence.tells_peak() => Confidence::Low,
        None if !told => Confidence::Medium,
        _ => Confidence::High,
    };
    let mut finding = evidence.finding(Mode::Fragmentation, bytes, confidence);
    finding.subject = Some(rust.name.to_owned());
    finding.evidence = vec![
        Figure::new(
            "pages in use / live",
            ratio,
            FigureUnit::Ratio,
            "1 is best; free pages do not count",
        ),
        Figure::bytes(
            "free within pages in use",
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
    finding.remedy = "Allocate the values of a request or a batch in an arena of their own. It \
        leaves whole pages free when it is freed, and long-lived values lie together."
        .into();
    Some(finding)
}
