//! Page cache: the program reads a mapped file (LMDB, a search index), and its pages count as RSS.
//!
//! The sign is in the kernel's counters: `RssFile` grows, and `RssAnon` does not. It is a finding
//! only while it explains growth. A large mapped file that has been read is no finding, and neither
//! is the program's code.

use crate::evidence::{Evidence, LEAST_BYTES};
use crate::finding::size;
use crate::growth::LEAST_READINGS;
use crate::levels::Level;
use crate::{Confidence, Figure, Finding, Mode};

/// The last third of the readings must have at least this share of the growth. A steady growth has
/// a half from one third's median to the next. The rate may vary, since requests decide which parts
/// of the file are read.
const STILL: f64 = 0.15;

pub(super) fn judge(evidence: &Evidence<'_>) -> Option<Finding> {
    climb(evidence, &evidence.levels).or_else(|| climb(evidence, &evidence.day))
}

/// A figure in one third of the time. A service that maps and unmaps a file has its full size at
/// some moments of each third, and none at others.
struct Third {
    least: u64,
    median: u64,
    most: u64,
}

impl Third {
    /// The quartiles, which single readings do not change.
    fn of(levels: &[Level], figure: fn(&Level) -> u64) -> Self {
        let mut values: Vec<u64> = levels.iter().map(figure).collect();
        values.sort_unstable();
        let at = |quarter: usize| values[(values.len() - 1) * quarter / 4];
        Self { least: at(1), median: at(2), most: at(3) }
    }
}

fn climb(evidence: &Evidence<'_>, levels: &[Level]) -> Option<Finding> {
    let (first, last) = (levels.first()?, levels.last()?);
    if levels.len() < LEAST_READINGS {
        return None;
    }
    let (early, rest) = levels.split_at(levels.len() / 3);
    let (middle, late) = rest.split_at(rest.len() / 2);
    let [before, between, now] =
        [early, middle, late].map(|third| Third::of(third, |level| level.file));
    let of_file = now.median.saturating_sub(before.median);
    let [heap_before, heap_now] =
        [early, late].map(|third| Third::of(third, |level| level.anonymous).median);
    let of_heap = heap_now.saturating_sub(heap_before);
    let lately = now.median.saturating_sub(between.median);
    let is_most = of_file > of_heap;
    let is_above = now.least > before.most;
    if of_file < LEAST_BYTES || !is_most || !is_above || (lately as f64) < STILL * of_file as f64 {
        return None;
    }
    let mut finding = evidence.finding(Mode::PageCache, last.file, Confidence::High);
    let seconds = (last.at - first.at).as_secs_f64();
    finding.evidence = vec![
        Figure::bytes(
            "growth of file pages",
            of_file,
            format!("RssFile, from the first third of {seconds:.0} s to the last"),
        ),
        Figure::bytes(
            "growth of anonymous memory",
            of_heap,
            "RssAnon, likewise: heap, arenas, stacks",
        ),
        Figure::bytes(
            "file pages now",
            last.file,
            "the kernel takes them back when it is short of memory",
        ),
    ];
    // From the middle of the first third to that of the last.
    finding.slope = (seconds > 0.0).then(|| of_file as f64 / (seconds * 2.0 / 3.0));
    finding.remedy = format!(
        "None needed: {} of RSS are pages of mapped files. Watch RssAnon instead of RSS, and leave \
         room for them in the container's limit.",
        size(last.file)
    );
    Some(finding)
}
