//! Kept capacity: a queue, a table or a vector grew in a burst. Its elements are gone, but its
//! allocation still has the capacity of that moment, since collections never shrink by themselves.
//!
//! The sign is live heap that was steady while requests were served, rose within seconds, and is
//! steady at a higher level ever since. The difference is in few large blocks, as a collection's
//! capacity is. Entries of a cache or sessions, which a burst may also leave, are many small ones.
//!
//! If live heap also fell when the burst was over, the elements are gone, and the finding is
//! *likely*. Elements within the block are freed with it. Then a table that is still full looks the
//! same, and the finding is only *possible*.

use core::time::Duration;

use crate::evidence::Evidence;
use crate::growth::median;
use crate::levels::Level;
use crate::{Confidence, Container, Figure, FigureUnit, Finding, Mode};

/// A burst is over within this many times `settle`. A slower rise is a cache that fills up.
const QUICK: u32 = 3;

/// The steady time after the burst is at least this many times `settle`.
const PATIENCE: u32 = 2;

/// Memory of requests in progress may move by this share of the rise.
const STEADY: f64 = 0.25;

/// The elements are gone if live heap fell by this share of the rise.
const FELL: f64 = 0.1;

/// At least this share of what stays is in large blocks.
const OF_WHAT_STAYS: f64 = 0.5;

/// The mean size of the blocks. A collection's capacity is one block, and a service has few
/// collections of this size.
const LEAST_BLOCK: u64 = 1 << 20;

pub(super) fn judge(evidence: &Evidence<'_>) -> Option<Finding> {
    let kept = [&evidence.levels[..], &evidence.day]
        .into_iter()
        .find_map(|levels| Kept::of(levels, evidence.settle))
        .filter(|kept| evidence.matters(kept.bytes))?;
    let blocks = kept.blocks?;
    let is_of_blocks = blocks.bytes as f64 >= OF_WHAT_STAYS * kept.bytes as f64
        && blocks.bytes / blocks.count.max(1) >= LEAST_BLOCK;
    if !is_of_blocks {
        return None;
    }
    let confidence = if kept.fell { Confidence::Medium } else { Confidence::Low };
    let mut finding = evidence.finding(Mode::KeptCapacity, kept.bytes, confidence);
    let since = kept.since.as_secs_f64();
    finding.evidence = vec![
        Figure::bytes(
            "live heap that a burst left",
            kept.bytes,
            format!("steady for the {since:.0} s since then"),
        ),
        Figure::bytes("live heap before the burst", kept.before, ""),
        Figure::bytes("live heap at its peak", kept.peak, ""),
        Figure::new(
            "large blocks that it left",
            blocks.count as f64,
            FigureUnit::Count,
            format!("{} in all", crate::finding::size(blocks.bytes)),
        ),
    ];
    // The profile's largest owner of a collection, if a profile was taken.
    let owners = evidence.owners.as_ref().or(evidence.holding.as_ref());
    let is_collection = |container: Container| {
        matches!(container, Container::Channel | Container::Map | Container::List)
    };
    let owner = owners.and_then(|owners| {
        let held = owners.owners.iter().filter(|owner| owner.container.is_some_and(is_collection));
        held.max_by_key(|owner| owner.live_bytes).filter(|owner| owner.live_bytes >= kept.bytes / 2)
    });
    let what = owner.map_or_else(
        || "a queue, a map or a vector".to_owned(),
        |owner| format!("the collection that `{}` fills", owner.function),
    );
    finding.remedy = format!(
        "Shrink {what} when a burst is over (`shrink_to`), or replace it by a new one: \
         collections keep the capacity of their worst moment. A bound on its length keeps the \
         next burst small."
    );
    finding.subject = owner.map(crate::Owner::name);
    Some(finding)
}

/// Large blocks that a burst left.
#[derive(Clone, Copy, Debug)]
struct Blocks {
    bytes: u64,
    count: u64,
}

/// Live heap that a burst left.
#[derive(Clone, Copy, Debug)]
struct Kept {
    bytes: u64,
    before: u64,
    peak: u64,
    /// Whether live heap fell when the burst was over.
    fell: bool,
    /// The time since then.
    since: Duration,
    /// `None` if the allocator does not count large blocks.
    blocks: Option<Blocks>,
}

impl Kept {
    fn of(levels: &[Level], settle: Duration) -> Option<Self> {
        let known: Vec<(&Level, f64)> =
            levels.iter().filter_map(|level| Some((level, level.heap? as f64))).collect();
        let (last, _) = known.last()?;
        // The level after the burst, and before it.
        let start = known.partition_point(|(level, _)| level.at + settle * PATIENCE < last.at);
        let after = middle(known.get(start..)?)?;
        let least = known.iter().map(|(_, heap)| *heap).fold(f64::INFINITY, f64::min);
        // A reading on the way up belongs to the burst.
        let low = |heap: f64| heap <= least + STEADY * (after - least);
        let rise = known.iter().rposition(|(_, heap)| low(*heap))? + 1;
        let (calm, rest) = known.split_at(rise);
        let before = middle(calm)?;
        let bytes = after - before;
        let is_steady = |heap: f64, level: f64| (heap - level).abs() <= STEADY * bytes;
        // Before the burst it was steady, while requests were served: a service that starts up
        // builds its tables first.
        let start = calm.first()?.0;
        let served = calm.iter().filter(|(level, _)| level.requests > start.requests);
        // A table that doubles again and again was smaller before.
        let was_smaller = |(_, heap): &(&Level, f64)| *heap < before - STEADY * bytes;
        if served.copied().any(|known| was_smaller(&known)) {
            return None;
        }
        let calm_start = calm.iter().rposition(|(_, heap)| !is_steady(*heap, before));
        let calm = &calm[calm_start.map_or(0, |place| place + 1)..];
        let ((first, _), (end, _)) = (calm.first()?, calm.last()?);
        let was_calm = end.at - first.at >= settle && end.requests > first.requests;
        // After it, it is steady again.
        let over = rest.iter().rposition(|(_, heap)| !is_steady(*heap, after));
        let over = over.map_or(0, |place| place + 1);
        let (quiet, _) = rest.get(over)?;
        // Unlike a vector or an arena that fills its new room. While the pages of the burst
        // decay, some of them count that were never written, so what was written looks like less.
        let soon = rest[over..].iter().take_while(|(level, _)| level.at <= quiet.at + settle);
        let written = soon.map(|(level, _)| level.touched).max().unwrap_or(0);
        if last.touched.saturating_sub(written) as f64 > STEADY * bytes {
            return None;
        }
        let since = last.at - quiet.at;
        // Coarse readings are a minute apart, and one of them may be of the burst.
        let is_quick = over <= 1 || quiet.at - end.at <= settle * QUICK;
        if bytes <= 0.0 || !was_calm || !is_quick || since < settle * PATIENCE {
            return None;
        }
        let during = rest[..=over].iter();
        // The peak between two readings includes arenas.
        let peak = during.map(|(level, heap)| {
            let between = level.peak.map_or(0, |peak| peak.saturating_sub(level.arenas));
            heap.max(between as f64)
        });
        let peak = peak.fold(0.0, f64::max);
        let large =
            |levels: &[(&Level, f64)]| levels.iter().rev().find_map(|(level, _)| level.large);
        let blocks = large(calm).zip(large(rest)).map(|(before, now)| Blocks {
            bytes: now.bytes.saturating_sub(before.bytes),
            count: now.count.saturating_sub(before.count),
        });
        Some(Self {
            bytes: bytes as u64,
            before: before as u64,
            peak: peak as u64,
            fell: peak - after >= FELL * bytes,
            since,
            blocks,
        })
    }
}

fn middle(levels: &[(&Level, f64)]) -> Option<f64> {
    let mut heap: Vec<f64> = levels.iter().map(|(_, heap)| *heap).collect();
    (!heap.is_empty()).then(|| median(&mut heap))
}
