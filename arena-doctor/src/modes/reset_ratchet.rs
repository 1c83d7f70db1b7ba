//! Reset ratchet: an arena is reset and reused after each request. One large request leaves it a
//! large chunk, which later requests do not fill.
//!
//! The sign is an arena that has held far more bytes of chunks than used bytes ever since. Its
//! reserved bytes are constant and its used bytes are small. request-arena's own pool is bounded
//! and decays. A `Bump` that is reset keeps its last chunk for ever.

use core::time::Duration;

use crate::evidence::Evidence;
use crate::metered::MeteredReading;
use crate::reading::Reading;
use crate::{Confidence, Figure, FigureUnit, Finding, Mode};

/// `Bump` doubles its chunks, so a request may leave a chunk of twice its used bytes. Four times is
/// one doubling more.
const LEAST_TIMES: u64 = 4;

/// A smaller chunk is a usual first chunk of a large request.
const LEAST_BYTES: u64 = 1 << 20;

/// The least number of resets without a use for the chunk.
const LEAST_RESETS: u64 = 8;

pub(super) fn judge(evidence: &Evidence<'_>) -> Vec<Finding> {
    evidence.arenas().iter().filter_map(|arena| ratchet(evidence, arena)).collect()
}

fn of<'a>(reading: &'a Reading, name: &str) -> Option<&'a MeteredReading> {
    reading.metered.iter().find(|arena| arena.name == name)
}

fn ratchet(evidence: &Evidence<'_>, now: &MeteredReading) -> Option<Finding> {
    let all: Vec<(Duration, &MeteredReading)> = evidence
        .readings
        .iter()
        .filter_map(|reading| Some((reading.at, of(reading, now.name)?)))
        .collect();
    // Since the last use of a large part of it.
    let used =
        |arena: &MeteredReading| arena.peak_bytes.saturating_mul(LEAST_TIMES) > now.reserved_bytes;
    let since = all.iter().rposition(|(_, arena)| used(arena)).map_or(0, |place| place + 1);
    let quiet = all.get(since..)?;
    let (start, first) = quiet.first()?;
    let (end, _) = quiet.last()?;
    let resets = now.resets - first.resets;
    let most_used = quiet.iter().map(|(_, arena)| arena.peak_bytes).max()?;
    let wasted = now.reserved_bytes.saturating_sub(2 * most_used);
    let times_used = all.windows(2).filter(|pair| !used(pair[0].1) && used(pair[1].1)).count();
    let is_lasting = *end - *start >= evidence.settle || resets >= LEAST_RESETS * LEAST_RESETS;
    let is_constant = quiet.iter().all(|(_, arena)| arena.reserved_bytes >= now.reserved_bytes);
    if wasted < LEAST_BYTES
        || resets < LEAST_RESETS
        || !is_lasting
        || !is_constant
        || times_used > 1
    {
        return None;
    }
    let mut finding = evidence.finding(Mode::ResetRatchet, wasted, Confidence::High);
    finding.subject = Some(now.name.to_owned());
    finding.evidence = vec![
        Figure::bytes(
            "reserved",
            now.reserved_bytes,
            "chunks that the arena keeps, at all times since",
        ),
        Figure::bytes(
            "most used since",
            most_used,
            format!("in {:.0} s", (*end - *start).as_secs_f64()),
        ),
        Figure::new(
            "resets since",
            resets as f64,
            FigureUnit::Count,
            "none of these rounds needed the rest",
        ),
    ];
    finding.remedy = format!(
        "`{}` keeps the chunk of its largest round. Replace it by a new `Bump` after an unusually \
         large round, or use `#[request_arena]`, which has a bounded pool that decays.",
        now.name
    );
    Some(finding)
}
