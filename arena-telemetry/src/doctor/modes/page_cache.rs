//! Page cache: a mapped file (LMDB, a search index) is read, and its pages count into RSS.
//!
//! The sign is in the kernel's own counters: `RssFile` climbs, and `RssAnon` does not. It is a finding while it explains a line that climbs; a large file that is mapped
//! and read, and a program's code, are as large and climb no more.

use crate::doctor::case::{Case, LEAST_BYTES};
use crate::doctor::finding::size;
use crate::doctor::growth::LEAST_READINGS;
use crate::doctor::levels::Level;
use crate::doctor::{Confidence, Evidence, Finding, Mode};

/// The last third of the readings has at least this part of the climb. A file is read where the requests want it, so that the rate says less than whether it still climbs; a third of a steady climb is 0.33.
const STILL: f64 = 0.1;

pub(super) fn judge(case: &Case<'_>) -> Option<Finding> {
    climb(case, &case.levels).or_else(|| climb(case, &case.day))
}

fn climb(case: &Case<'_>, levels: &[Level]) -> Option<Finding> {
    let (first, last) = (levels.first()?, levels.last()?);
    if levels.len() < LEAST_READINGS {
        return None;
    }
    let third = levels[levels.len() - levels.len() / 3 - 1];
    let of_file = last.file.saturating_sub(first.file);
    let of_heap = last.anonymous.saturating_sub(first.anonymous);
    let lately = last.file.saturating_sub(third.file);
    let is_most = of_file > of_heap;
    if of_file < LEAST_BYTES || !is_most || (lately as f64) < STILL * of_file as f64 {
        return None;
    }
    let mut finding = case.finding(Mode::PageCache, last.file, Confidence::High);
    let seconds = (last.at - first.at).as_secs_f64();
    finding.evidence = vec![
        Evidence::bytes("growth of file pages", of_file, format!("RssFile, in {seconds:.0} s")),
        Evidence::bytes("growth of anonymous memory", of_heap, "RssAnon, in the same time: heap, arenas, stacks"),
        Evidence::bytes("file pages now", last.file, "the kernel takes them back when it is short of memory"),
    ];
    finding.remedy = format!(
        "None needed: {} of RSS are pages of mapped files. Watch RssAnon instead of RSS, and leave room for them in the container's limit.",
        size(last.file)
    );
    Some(finding)
}
