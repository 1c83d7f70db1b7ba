//! The container's limit: the kernel has killed a process of the container for memory, or it will
//! at the next burst.
//!
//! At its limit, a container first loses page cache. When the rest, which the kernel cannot give
//! back, reaches the limit, the kernel kills a process with SIGKILL. No code of the process runs
//! then. In a container with one process nothing is left to report it. With several, such as a
//! service with workers, the others see `oom_kill` rise.
//!
//! The sign of a kill is that counter: it rose since the doctor's start, for as long as a day. A
//! count from before is [a sentence](crate::container), since it never goes back. The sign before a
//! kill is [kept memory](Room::share) of 95 % of the limit in all readings of `settle`. The working
//! set is no sign: page cache fills it up in healthy services.
//!
//! A large container has room for bursts in its last 5 %, so less than 512 MiB must be left.

use core::time::Duration;

use crate::container::{Room, Seen, roughly};
use crate::evidence::{A_DAY, Evidence};
use crate::finding::size;
use crate::{Confidence, Figure, FigureUnit, Finding, Mode};

/// Kept memory of this share of the limit is close to it.
const CLOSE: f64 = 0.95;

/// More room suffices for a burst.
const ROOM_BYTES: u64 = 512 << 20;

/// The least number of readings.
const LEAST_READINGS: usize = 3;

const REMEDY: &str = "Raise the container's limit, or hold less: look at the largest holders, and \
    bound the requests in progress and the bytes that each may take (`limit`). A limit that is \
    reached once is reached again under the same load.";

pub(super) fn judge(evidence: &Evidence<'_>) -> Vec<Finding> {
    killed(evidence).into_iter().chain(close(evidence)).collect()
}

fn killed(evidence: &Evidence<'_>) -> Option<Finding> {
    let (at, kills) = evidence.container.killed()?;
    let ago = evidence.now().at.saturating_sub(at).as_secs_f64();
    if ago > A_DAY * evidence.settle.as_secs_f64() {
        return None;
    }
    let mut finding = finding(Confidence::High, "OOM kill");
    finding.evidence = vec![Figure::new(
        "killed processes",
        kills as f64,
        FigureUnit::Count,
        format!("`oom_kill` of the container rose, the last time {} ago", roughly(ago)),
    )];
    finding.evidence.extend(evidence.container.lately(Duration::ZERO).last().and_then(room));
    Some(finding)
}

fn close(evidence: &Evidence<'_>) -> Option<Finding> {
    let lately = evidence.container.lately(evidence.settle);
    let rooms: Vec<Room> = lately.iter().filter_map(|seen| seen.room).collect();
    let least = |share: fn(&Room) -> f64| rooms.iter().map(share).fold(f64::INFINITY, f64::min);
    let is_roomy = rooms.iter().any(|room| room.left() >= ROOM_BYTES);
    if rooms.len() < LEAST_READINGS.max(lately.len()) || is_roomy || least(Room::share) < CLOSE {
        return None;
    }
    let is_certain = least(Room::certain_share) >= CLOSE;
    let confidence = if is_certain { Confidence::High } else { Confidence::Low };
    let mut finding = finding(confidence, "no room");
    finding.evidence.extend(lately.last().and_then(room));
    finding.evidence.push(Figure::new(
        "least share of the limit",
        least(Room::share),
        FigureUnit::Ratio,
        format!("in {} readings; page cache does not count", rooms.len()),
    ));
    if !is_certain {
        finding.evidence.push(Figure::bytes(
            "kernel memory",
            rooms.last().map_or(0, |room| room.uncertain),
            "counted in full; version 1 of control groups does not say how much are caches",
        ));
    }
    Some(finding)
}

/// Kept memory beside its limit.
fn room(seen: &Seen) -> Option<Figure> {
    let Room { limit, used, kept, .. } = seen.room?;
    let meaning = format!(
        "of a limit of {}; {} with all that the kernel gives back",
        size(limit),
        size(used)
    );
    Some(Figure::bytes("memory that cannot be given back", kept, meaning))
}

/// It is about the container, so it explains no part of RSS.
fn finding(confidence: Confidence, subject: &str) -> Finding {
    Finding {
        mode: Mode::ContainerLimit,
        bytes: None,
        share: 0.0,
        microseconds: None,
        confidence,
        evidence: Vec::new(),
        remedy: REMEDY.to_owned(),
        subject: Some(subject.to_owned()),
        allocated: None,
        slope: None,
    }
}
