//! Fragmentation: live and freed objects share pages, so that the pages cannot be given back.
//!
//! The sign is pages in use against live bytes, `active / allocated`, and never
//! `resident / allocated`, which is 200 after everything was freed. Freed whole pages are not part
//! of it. An allocator that does not tell (mimalloc) shows it after it gave back what it can; or,
//! without that, while the program works on, since it gives free pages back as threads allocate.

use crate::doctor::case::Case;
use crate::doctor::levels;
use crate::doctor::{Confidence, Evidence, Finding, Mode, Unit};

/// Size classes are a quarter apart at most, so that pages of objects of all sizes are filled to 80
/// % at worst; slabs that are being filled and emptied come on top.
const LEAST_RATIO: f64 = 1.3;

/// Where live bytes are those asked for, the rounding to size classes is in the ratio, too: an
/// eighth at most in mimalloc.
const LEAST_RATIO_OF_ASKED: f64 = 1.3 * 1.125;

pub(super) fn judge(case: &Case<'_>) -> Option<Finding> {
    let now = case.now();
    let live = now.live?;
    let rust = case.rust()?;
    let told = now.fragmented.is_some();
    let bytes = if told {
        levels::floor(&case.levels, case.settle, |level| level.fragmented)?
    } else {
        let free = levels::floor(&case.levels, case.settle, |level| level.free)?;
        // Below zero it keeps all.
        rust.decay?;
        // Nor is it fragmentation where there is nothing to share a page with.
        if levels::nothing_stayed(&case.levels, free) {
            return None;
        }
        match case.released {
            Some(released) => free.saturating_sub(released.bytes),
            None if levels::had_its_chance(&case.levels, case.settle, free) => free,
            None => return None,
        }
    };
    let ratio = (live + bytes) as f64 / live.max(1) as f64;
    let least = if told { LEAST_RATIO } else { LEAST_RATIO_OF_ASKED };
    if !case.matters(bytes) || ratio < least {
        return None;
    }
    let confidence = match case.released {
        None if !told && !case.tells_peak() => Confidence::Low,
        None if !told => Confidence::Medium,
        _ => Confidence::High,
    };
    let mut finding = case.finding(Mode::Fragmentation, bytes, confidence);
    finding.subject = Some(rust.name.to_owned());
    finding.evidence = vec![
        Evidence::new(
            "pages in use / live",
            ratio,
            Unit::Ratio,
            "1 at best; without pages that are free",
        ),
        Evidence::bytes(
            "free within pages in use",
            bytes,
            format!("at every moment of the last {:.0} s", case.settle.as_secs_f64()),
        ),
        Evidence::bytes("live", live, "allocated by the program"),
    ];
    if let Some(released) = case.released {
        finding.evidence.push(Evidence::bytes(
            "came back",
            released.bytes,
            "when the allocator was told to give back what it can",
        ));
    }
    finding.remedy = "Put what lives as long as a request or a batch into an arena of its own, so that it leaves whole pages free; what stays then lies together.".into();
    Some(finding)
}
