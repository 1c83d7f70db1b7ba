//! Memory pressure: threads of the container wait for memory.
//!
//! Near a limit, an allocation or a page fault first frees other memory: it waits for page cache to
//! be dropped, for writes to a disk, or for pages that were dropped and are needed again. Above
//! `memory.high` the kernel makes each allocating thread sleep. Requests are slow, and no profile
//! of the program shows why.
//!
//! The sign is the kernel's [pressure stall information][PSI]: the time in which at least one task
//! of the container waited for memory (`some`), and in which all of them did (`full`). Each counts
//! microseconds, so the share of a minute is exact. It must be high over the last minute and over
//! the last `settle`, since a burst of reads makes it high for a moment.
//!
//! From 10 % on it is likely: each tenth request then meets a wait. It is certain if all tasks
//! waited for 10 % of the time. systemd-oomd kills at 60 % of `full` for 30 s.
//!
//! [PSI]: https://docs.kernel.org/accounting/psi.html

use core::time::Duration;

use crate::container::{Seen, Stalled};
use crate::evidence::Evidence;
use crate::finding::size;
use crate::{Confidence, Figure, FigureUnit, Finding, Mode};

/// The time over which requests must have waited.
const LONG: Duration = Duration::from_secs(60);

/// The least share of that time.
const LEAST: f64 = 0.1;

/// A container with less than this share of its limit left is short of memory itself.
const AT_THE_LIMIT: f64 = 0.95;

pub(super) fn judge(evidence: &Evidence<'_>) -> Option<Finding> {
    let seen = evidence.container;
    let (long, short) = (seen.stalled(LONG)?, seen.stalled(evidence.settle)?);
    if long.some < LEAST || short.some < LEAST {
        return None;
    }
    let is_certain = long.full >= LEAST && short.full >= LEAST;
    let lately = seen.lately(LONG);
    let at_its_limit = is_at_its_limit(lately);
    Some(Finding {
        mode: Mode::MemoryPressure,
        bytes: None,
        share: 0.0,
        microseconds: None,
        confidence: if is_certain { Confidence::High } else { Confidence::Medium },
        evidence: figures(&long, lately),
        remedy: if at_its_limit {
            "The container is at its limit. If the memory that cannot be given back is most of it, \
             raise the limit or hold less. If page cache is most of it, the files in use do not \
             fit: raise the limit, or read less of them for each request."
        } else {
            "The container is below its limit, so the machine is short of memory: look at the \
             other containers on it, and set `memory.low` or a memory request that keeps this \
             one's memory."
        }
        .to_owned(),
        subject: Some(if at_its_limit { "container" } else { "machine" }.to_owned()),
        allocated: None,
        slope: None,
    })
}

/// Whether the container reached its limit, or `memory.high`, in this time, or is close to it.
fn is_at_its_limit(lately: &[Seen]) -> bool {
    let (Some(first), Some(last)) = (lately.first(), lately.last()) else { return false };
    let is_full = |seen: &Seen| {
        seen.room.is_some_and(|room| room.used as f64 >= AT_THE_LIMIT * room.limit as f64)
    };
    first.hits.zip(last.hits).is_some_and(|(first, last)| last > first) || is_full(last)
}

fn figures(long: &Stalled, lately: &[Seen]) -> Vec<Figure> {
    let seconds = match (lately.first(), lately.last()) {
        (Some(first), Some(last)) => (last.at - first.at).as_secs_f64(),
        _ => 0.0,
    };
    let share = |name: &str, share, who: &str| {
        let meaning = format!("of the last {seconds:.0} s {who} for memory");
        Figure::new(name, share, FigureUnit::Ratio, meaning)
    };
    let mut figures = vec![
        share("some", long.some, "at least one thread waited"),
        share("full", long.full, "all threads waited"),
    ];
    figures.extend(lately.last().map(|last| {
        let meaning = match last.room {
            Some(room) => {
                format!("{} cannot be given back; limit {}", size(room.kept), size(room.limit))
            }
            None => "without a limit".to_owned(),
        };
        Figure::bytes("memory of the container", last.used, meaning)
    }));
    figures
}
