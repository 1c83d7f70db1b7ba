//! Unread heap: Rust's allocator counts no live bytes, so live and freed memory look the same.
//!
//! The kernel alone shows how much anonymous memory there is. Steady growth of it is
//! [real growth](super::real_growth), and only possible. Memory that rose at once and stays is live
//! or kept: a data set that was loaded, or a burst that is over. A purge shows which, and is then
//! judged as [retention](super::retention). The sign here is that rise. Memory that rises slowly is
//! a cache, and memory that was there from the start is no sign at all.

use core::time::Duration;

use crate::evidence::Evidence;
use crate::levels::Level;
use crate::{Confidence, Figure, FigureUnit, Finding, Mode};

/// Memory must be steady for this many times `settle` before the rise. That excludes the start of
/// the program, and a load that goes up and down.
const STEADY: u32 = 3;

/// And it must stay for this many times `settle`, since a batch frees its memory after a while.
const STAYS: u32 = 3;

/// The rise takes at most `settle`, and makes up at least this share of the memory now. A cache
/// that fills up over minutes has less in any such time.
const OF_ALL: f64 = 0.5;

pub(super) fn judge(evidence: &Evidence<'_>) -> Option<Finding> {
    if evidence.is_counted() {
        return None;
    }
    let rust = evidence.rust()?;
    let rise = Rise::of(&evidence.levels, evidence.settle)
        .or_else(|| Rise::of(&evidence.day, evidence.settle))?;
    let bytes = rise.after - rise.before;
    if !evidence.matters(bytes) {
        return None;
    }
    // What the purge gave back is retention. If that was most of it, there is nothing to add.
    let given_back = evidence.released.map_or(0, |released| released.bytes);
    if given_back >= bytes / 2 {
        return None;
    }
    let mut finding = evidence.finding(Mode::UnreadHeap, bytes, Confidence::Low);
    finding.subject = (rust.name != "unknown").then(|| rust.name.to_owned());
    finding.evidence = vec![
        Figure::bytes("anonymous memory before the rise", rise.before, "steady at that time"),
        Figure::bytes("at least since the rise", rise.after, "live and freed memory together"),
        Figure::new(
            "time since the rise",
            rise.since.as_secs_f64(),
            FigureUnit::Seconds,
            "and none of it came back",
        ),
    ];
    if evidence.released.is_some() {
        finding.evidence.push(Figure::bytes(
            "given back",
            given_back,
            "when the allocator was asked to give back all that it can",
        ));
    }
    let purge = if evidence.released.is_some() {
        ""
    } else {
        " `diagnose_with_purge()` shows how much of it is free."
    };
    finding.remedy = format!(
        "This is data that the program loaded, or freed memory that the allocator keeps. {} to \
         know.{purge}",
        how_to_count(rust.name)
    );
    Some(finding)
}

/// What makes live bytes known.
pub(super) fn how_to_count(allocator: &str) -> &'static str {
    if allocator == "jemalloc" {
        "Build jemalloc with statistics (feature `stats` of `tikv-jemallocator`, or `jemalloc` of \
         `request-arena`)"
    } else {
        "Put `request_arena::heap::CountingAllocator` around the global allocator"
    }
}

/// A quick rise of anonymous memory that stays.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Rise {
    /// The most before it.
    before: u64,
    /// The least since then.
    after: u64,
    since: Duration,
}

impl Rise {
    /// The largest rise, if it makes up most of the memory now.
    fn of(levels: &[Level], settle: Duration) -> Option<Self> {
        let (first, last) = (levels.first()?.at, levels.last()?.at);
        let least = least_from(levels);
        let rise = |(place, level): (usize, &Level)| {
            let has_been_steady = level.at >= first + settle * STEADY;
            let end = levels[place..].iter().position(|later| later.at >= level.at + settle)?;
            let since = last - levels[place + end].at;
            let steady = levels[..=place].iter().rev();
            let steady = steady.take_while(|then| then.at + settle * STEADY >= level.at);
            let before = steady.map(|then| then.touched).max()?;
            let rise = Self { before, after: least[place + end], since };
            (has_been_steady && since >= settle * STAYS && rise.after > before).then_some(rise)
        };
        let rises = levels.iter().enumerate().filter_map(rise);
        let most = rises.max_by_key(|rise| rise.after - rise.before)?;
        let now = levels.last()?.touched;
        ((most.after - most.before) as f64 >= OF_ALL * now as f64).then_some(most)
    }
}

/// The least memory from each reading on.
fn least_from(levels: &[Level]) -> Vec<u64> {
    let mut least: Vec<u64> = levels.iter().map(|level| level.touched).collect();
    for place in (1..least.len()).rev() {
        least[place - 1] = least[place - 1].min(least[place]);
    }
    least
}
