//! Pinned buffers: a slice of some bytes keeps the buffer that it was cut from. `Bytes` counts
//! references to the whole buffer, so a header of 32 bytes keeps a read buffer of 64 KiB.
//!
//! There are two signs. Live heap grows by blocks of a buffer's size and is hardly written, since a
//! buffer is filled only as far as a message reaches. Or the heap profile shows that `bytes`
//! allocates most of the growth. A large vector with room to spare is not written either, but it is
//! one block.

use crate::evidence::Evidence;
use crate::finding::size;
use crate::growth::{By, Growth};
use crate::levels::Large;
use crate::{Confidence, Container, Figure, FigureUnit, Finding, Mode, Owner, Owners};

/// At most this share of the growth was written. Pages that the allocator reuses were written
/// before, so buffers do not show below one half only if few of them are new.
const MOST_WRITTEN: f64 = 0.5;

/// Buffers of readers: hyper begins with 8 KiB and ends at 400 KiB, most others have 4 to 64 KiB.
const SIZES: core::ops::RangeInclusive<u64> = (4 << 10)..=(1 << 20);

/// The number of new blocks. Fewer may be the buffers of some open connections.
const LEAST_BLOCKS: u64 = 64;

/// The owner has at least this share of the growth in the heap profile.
const OF_GROWTH: f64 = 0.5;

pub(super) fn judge(evidence: &Evidence<'_>) -> Option<Finding> {
    let growth = evidence.heap_growth().filter(|_| evidence.is_counted())?;
    // Without requests a timer fills something: no reader leaves buffers.
    if growth.by == By::Time || !evidence.matters(growth.bytes as u64) {
        return None;
    }
    let owner = evidence.owners.as_ref().and_then(of_buffers);
    let unwritten = unwritten(evidence, &growth);
    if owner.is_none() && unwritten.is_none() {
        return None;
    }
    // The unwritten part is not resident.
    let bytes = (growth.bytes as u64).saturating_sub(unwritten.map_or(0, |found| found.bytes));
    let confidence = match owner {
        Some(_) => evidence.confidence_of(&growth),
        None => Confidence::Medium,
    };
    let mut finding = evidence.finding(Mode::PinnedBuffers, bytes, confidence);
    finding.evidence = vec![Figure::bytes(
        "growth of live heap",
        growth.bytes as u64,
        "without arenas, during these readings",
    )];
    if let Some(Unwritten { bytes, blocks }) = unwritten {
        let meaning = "counted by the allocator, and not resident: buffers with little in them";
        finding.evidence.push(Figure::bytes("of it never written", bytes, meaning));
        if let Some(Large { bytes, count }) = blocks {
            finding.evidence.push(Figure::new(
                "new large blocks",
                count as f64,
                FigureUnit::Count,
                format!("of {} on average", size(bytes / count.max(1))),
            ));
        }
    }
    if let Some(owner) = owner {
        finding.evidence.push(Figure::bytes(
            format!("growth of buffers of `{}`", owner.function),
            owner.growth_bytes.max(0) as u64,
            owner.whence(),
        ));
    }
    finding.add_growth(&growth);
    let place = owner.map(|owner| format!(" Its buffers come from `{}`.", owner.function));
    finding.remedy = format!("{}{}", Container::Buffers.remedy(), place.unwrap_or_default());
    finding.subject = owner.map(Owner::name);
    Some(finding)
}

/// The owner of most of the growth, if it allocates buffers.
fn of_buffers(owners: &Owners) -> Option<&Owner> {
    let owner = owners.growing().next()?;
    let is_most = owner.growth_bytes as f64 >= OF_GROWTH * owners.growth_bytes() as f64;
    (owner.container == Some(Container::Buffers) && is_most).then_some(owner)
}

/// Growth that was never written.
#[derive(Clone, Copy, Debug)]
struct Unwritten {
    bytes: u64,
    /// New large blocks. `None` if the allocator does not count them.
    blocks: Option<Large>,
}

/// The part of the growth that was never written, if it is most of it and in blocks of a buffer's
/// size. Without a count of blocks it proves nothing.
fn unwritten(evidence: &Evidence<'_>, growth: &Growth) -> Option<Unwritten> {
    let known = || evidence.levels.iter().filter(|level| level.heap.is_some());
    let (first, last) = (known().next()?, known().next_back()?);
    let grown = last.heap?.saturating_sub(first.heap?);
    let written = last.touched.saturating_sub(first.touched);
    let counted = || evidence.levels.iter().filter_map(|level| level.large);
    let (before, now) = (counted().next()?, counted().next_back()?);
    let blocks = Large {
        bytes: now.bytes.saturating_sub(before.bytes),
        count: now.count.saturating_sub(before.count),
    };
    let is_of_buffers = blocks.count >= LEAST_BLOCKS
        && SIZES.contains(&(blocks.bytes / blocks.count))
        && blocks.bytes as f64 >= OF_GROWTH * growth.bytes;
    let is_unwritten = written as f64 <= MOST_WRITTEN * grown as f64;
    (is_of_buffers && is_unwritten).then_some(Unwritten {
        bytes: grown.saturating_sub(written).min(growth.bytes as u64),
        blocks: Some(blocks),
    })
}
