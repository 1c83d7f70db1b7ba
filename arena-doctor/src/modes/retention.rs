//! Retention: the allocator keeps freed pages for longer than its settings allow, and the program
//! does not use them again.
//!
//! An allocator keeps freed pages for a while on purpose. After a burst, and between two batches of
//! a job, that is healthy. So only pages count that stay free for longer than *decay* allows. Their
//! number is the minimum over twice the decay time. jemalloc gives all pages of a burst back within
//! one decay time, in about ten steps.
//!
//! Pages that are needed again and again belong to a batch job. Pages that requests use and free
//! again, as the swing of live bytes shows, are in use. glibc has no decay, so jemalloc's default
//! applies.

use core::time::Duration;

use crate::evidence::Evidence;
use crate::levels::{self, Level};
use crate::{Confidence, Figure, FigureUnit, Finding, Mode};

/// Decay may take this many times its setting.
const PATIENCE: u32 = 2;

/// Readings of seconds cannot show a decay of milliseconds. So the time is at least this part of
/// `settle`.
const SHORTEST: u32 = 5;

/// Pages were in use within the window if freed pages rose by one part in this many.
const REFILLED: u64 = 4;

pub(super) fn judge(evidence: &Evidence<'_>) -> Option<Finding> {
    let rust = evidence.rust()?;
    let window = rust.decay.unwrap_or(evidence.settle).max(evidence.settle / SHORTEST) * PATIENCE;
    let counted = levels::floor(&evidence.levels, window, |level| level.kept);
    // Without figures for whole free pages, the free memory counts in three cases: a purge gave it
    // back; the allocator never gives pages back; or the allocator had its chance, and nothing live
    // shares the pages. Without a count of live bytes only the purge counts.
    let uncounted = || {
        if !evidence.is_counted() {
            return evidence.released.map(|released| released.bytes);
        }
        // The levels estimate the maps, and the account has read them: the program's own maps may
        // have grown between the allocator's.
        let free = levels::floor(&evidence.levels, window, |level| level.free)?;
        // After a purge, the account no longer has what the purge gave back.
        let given_back = evidence.released.map_or(0, |released| released.bytes);
        let free = free.min(evidence.account.free_bytes() + given_back);
        let had_its_chance = || levels::had_its_chance(&evidence.levels, evidence.settle, free);
        if rust.decay.is_none()
            || levels::nothing_stayed(&evidence.levels, free) && had_its_chance()
        {
            return Some(free);
        }
        evidence.released.map(|released| released.bytes.min(free))
    };
    let bytes = match counted {
        Some(kept) => kept,
        None if !evidence.levels.iter().any(|level| level.kept.is_some()) => uncounted()?,
        None => return None,
    };
    if !evidence.matters(bytes)
        || bytes <= levels::swing(&evidence.levels, window)
        || levels::is_used_again(&evidence.levels, bytes)
        || is_refilled_again(&evidence.levels, bytes)
    {
        return None;
    }
    // The purge did not give the pages back. Without figures that proves nothing, since a purge may
    // reach only the pages of its own thread.
    if counted.is_some() && evidence.released.is_some_and(|released| released.bytes < bytes / 4) {
        return None;
    }
    let confidence = match evidence.released {
        // The program may need the pages again: without live bytes that is not seen.
        Some(_) if !evidence.is_counted() => Confidence::Medium,
        Some(released) if released.bytes >= bytes / 2 => Confidence::High,
        None if rust.name == "jemalloc" => Confidence::High,
        // A burst between two readings is not seen. Its pages look unused, although it needs them
        // again and again.
        None if !evidence.counts_peak() => Confidence::Low,
        _ => Confidence::Medium,
    };
    // A batch between two readings: its pages are filled again, and soon used again.
    let refilled = refilled(&evidence.levels, window);
    let is_refilled = refilled >= bytes / REFILLED;
    let confidence = if is_refilled { Confidence::Low } else { confidence };
    let mut finding = evidence.finding(Mode::Retention, bytes, confidence);
    let seconds = window.as_secs_f64();
    finding.subject = Some(rust.name.to_owned());
    if let Some(live) = evidence.now().live {
        let meaning = format!("at all times in the last {seconds:.1} s");
        finding.evidence.push(Figure::bytes("freed pages kept", bytes, meaning));
        finding.evidence.push(if evidence.counts_live() {
            Figure::bytes("live", live, "allocated by the program")
        } else {
            Figure::bytes("pages in use", live, "live bytes are not counted")
        });
    }
    if let Some(decay) = rust.decay {
        let meaning = "after which its settings give them back";
        finding.evidence.push(Figure::new(
            "decay",
            decay.as_secs_f64(),
            FigureUnit::Seconds,
            meaning,
        ));
    }
    if is_refilled {
        let meaning = "freed pages rose by as much within that time, so some were in use";
        finding.evidence.push(Figure::bytes("used again", refilled, meaning));
    }
    if let Some(released) = evidence.released {
        let meaning = format!(
            "in {:.0} ms, when the allocator was asked to give back all that it can",
            released.seconds * 1e3
        );
        finding.evidence.push(Figure::bytes("given back", released.bytes, meaning));
    }
    let advice = rust
        .keeps_less
        .clone()
        .unwrap_or_else(|| "make the allocator give freed pages back".into());
    finding.remedy = format!("Nothing leaks. To retain less, {advice}.");
    Some(finding)
}

/// The most by which freed pages rose in the last `window`. They rise when memory that was live
/// meanwhile is freed.
fn refilled(levels: &[Level], window: Duration) -> u64 {
    let Some(now) = levels.last().map(|level| level.at) else { return 0 };
    let lately = levels.iter().filter(|level| level.at + window >= now);
    let free = lately.filter_map(|level| level.kept.or(level.free));
    let (_, most) = free.fold((u64::MAX, 0), |(least, most), free| {
        (least.min(free), most.max(free.saturating_sub(least)))
    });
    most
}

/// Whether freed pages fell and rose again by `bytes` at least three times, and may soon do so
/// again. Readings may miss a batch that uses them, but they show the pages that it leaves.
fn is_refilled_again(levels: &[Level], bytes: u64) -> bool {
    const LEAST_TIMES: usize = 3;
    let (mut low, mut high, mut is_high) = (u64::MAX, 0, false);
    let mut times = Vec::new();
    for level in levels {
        let Some(free) = level.kept.or(level.free) else { continue };
        if is_high {
            high = high.max(free);
            if free.saturating_add(bytes) <= high {
                (low, is_high) = (free, false);
            }
        } else {
            low = low.min(free);
            if free >= low.saturating_add(bytes) {
                times.push(level.at);
                (high, is_high) = (free, true);
            }
        }
    }
    let (Some(&last), Some(now)) = (times.last(), levels.last()) else { return false };
    let longest = times.windows(2).map(|pair| pair[1] - pair[0]).max().unwrap_or_default();
    times.len() >= LEAST_TIMES && now.at - last <= longest * 2
}
