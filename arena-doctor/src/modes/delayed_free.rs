//! Delayed free: blocks that other threads free wait in a list of the owning thread. Its next slow
//! allocation processes the whole list.
//!
//! Memory is flat, and so are the median and the 99th percentile of latency. The sign is a higher
//! 99.9th percentile while threads free memory of other threads. The program reports such phases by
//! [`activity`](crate::activity). A tail during another phase, such as indexing, is found in the
//! same way and named after the phase. The doctor detects purging by itself if the allocator counts
//! the pages that request threads give back, and scopes are timed
//! ([durations](request_arena_core::Settings::durations)).

use crate::evidence::Evidence;
use crate::tail::{LEAST_BEYOND, Tail};
use crate::{Confidence, Figure, FigureUnit, Finding, Mode, PURGING, REMOTE_FREES};

/// Durations of scopes are in buckets of powers of two, so each percentile is known within a factor
/// of two. Two percentiles differ for certain by a factor of four.
const LEAST_TIMES: u64 = 4;

/// Taking a block back costs some nanoseconds. A shorter delay is a batch of less than fifty
/// thousand blocks, which costs no more than a page fault or a switch of threads.
const LEAST_MICROS: u64 = 100;

/// Slow requests also occur by chance. Their number deviates by a few roots of its mean: by four
/// roots once in 30,000 cases. During the phase there must be at least twice as many.
const SIGMAS: f64 = 4.0;
const TWICE: f64 = 2.0;

/// Requests wait for each other if more of them come. With twice as many in the same time, that
/// alone may explain the tail.
const MOST_LOAD: f64 = 2.0;

pub(super) fn judge(evidence: &Evidence<'_>) -> Vec<Finding> {
    let mut findings: Vec<Finding> = evidence
        .tails
        .iter()
        .filter(|tail| is_long(tail))
        .map(|tail| finding(evidence, tail))
        .collect();
    findings.sort_by_key(|finding| core::cmp::Reverse(finding.microseconds));
    // One finding for each phase, about the handler that suffers most.
    let mut seen = Vec::new();
    findings.retain(|finding| {
        let phase = finding
            .subject
            .as_ref()
            .and_then(|subject| subject.split_once(" during "))
            .map(|(_, phase)| phase.to_owned());
        let is_new = !seen.contains(&phase);
        seen.push(phase);
        is_new
    });
    findings
}

fn is_long(tail: &Tail) -> bool {
    tail.during_micros >= LEAST_TIMES * tail.quiet_micros.max(1)
        && tail.during_micros - tail.quiet_micros >= LEAST_MICROS
        && tail.beyond >= LEAST_BEYOND
        && tail.load < MOST_LOAD
        && is_no_chance(tail)
}

/// Whether more requests are slow during the phase than by chance. If one in a thousand is slow
/// anyway, the 99.9th percentile may lie on either side of these.
fn is_no_chance(tail: &Tail) -> bool {
    let expected = tail.beyond as f64 * tail.quiet_share / tail.during_share;
    tail.beyond as f64 >= (TWICE * expected).max(expected + SIGMAS * expected.sqrt())
}

fn finding(evidence: &Evidence<'_>, tail: &Tail) -> Finding {
    let Tail { name, phase, quiet_micros, during_micros, during_share, quiet_share, .. } = *tail;
    let rust = evidence.rust();
    let delays = rust.is_some_and(|rust| rust.delays_frees);
    let confidence = match (phase == REMOTE_FREES, delays) {
        (true, true) => Confidence::High,
        (true, false) => Confidence::Medium,
        _ if phase == PURGING => Confidence::Medium,
        _ => Confidence::Low,
    };
    let allocator = rust.map_or("unknown", |rust| rust.name);
    let figures = vec![
        Figure::new(
            format!("p99.9 during {phase}"),
            during_micros as f64,
            FigureUnit::Microseconds,
            "",
        ),
        Figure::new(
            "p99.9 without",
            quiet_micros as f64,
            FigureUnit::Microseconds,
            "of the last minutes",
        ),
        Figure::new(
            "requests slower than that, during it",
            during_share * 1000.0,
            FigureUnit::Count,
            format!("in 1000; {:.1} without it", quiet_share * 1000.0),
        ),
    ];
    let remedy = match (phase == REMOTE_FREES, delays) {
        (true, true) => {
            "mimalloc 2 processes the frees of other threads all at once. Use mimalloc \
            3 or jemalloc, or pass results to other threads in arenas, which take one free \
            each."
                .into()
        }
        (true, false) => format!(
            "{allocator} is slow when a thread frees memory of another \
            thread. Pass results to other threads in arenas, which take one free each, or free \
            memory on the thread that allocated it."
        ),
        _ if phase == PURGING => format!(
            "Requests of `{name}` give freed pages back while they allocate. To avoid that, {}.",
            rust.and_then(|rust| rust.keeps_less.as_deref())
                .unwrap_or("let a thread of the allocator do it")
        ),
        _ => format!(
            "`{name}` is slow during {phase}. Give that work fewer threads or smaller \
            steps, or do it when few requests come."
        ),
    };
    Finding {
        microseconds: Some(during_micros - quiet_micros),
        bytes: None,
        share: 0.0,
        subject: Some(format!("{name} during {phase}")),
        evidence: figures,
        remedy,
        ..evidence.finding(Mode::DelayedFree, 0, confidence)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tail_is_long_by_the_phase_and_not_by_one_accident_nor_by_more_requests() {
        let long = Tail {
            name: "search",
            phase: "indexing",
            quiet_micros: 50,
            during_micros: 900,
            quiet_share: 0.001,
            during_share: 0.02,
            beyond: 40,
            load: 1.0,
        };
        assert!(is_long(&long));
        assert!(
            is_long(&Tail { quiet_share: 0.009, beyond: 40, ..long.clone() }),
            "22 more than 18"
        );
        let short = [
            Tail { during_micros: 149, ..long.clone() },
            Tail { quiet_micros: 300, ..long.clone() },
            Tail { beyond: 9, ..long.clone() },
            Tail { quiet_share: 0.011, ..long.clone() },
            Tail { quiet_share: 0.009, beyond: 20, ..long.clone() },
            Tail { load: 2.0, ..long.clone() },
        ];
        short.iter().for_each(|tail| assert!(!is_long(tail), "{tail:?}"));
    }
}
