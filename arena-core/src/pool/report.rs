//! The pool's part of a report: the arenas that it retains, and those that it freed.

use std::sync::atomic::Ordering::Relaxed;

use crate::lease::CHUNK_FOOTER;
use crate::pool::shelf::{POOL_FULL, TOO_LARGE, TRIMMED, UNUSED};
use crate::slot::Kept;
use crate::slot::registry;

/// The arenas that the pool retains now, and counts of the arenas that it freed instead.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct PoolReport {
    /// Empty arenas that wait for a scope, on all threads.
    pub retained_arenas: usize,
    /// Bytes of their chunks.
    pub retained_bytes: usize,
    /// Of these, bytes that scopes have written since the chunks were allocated. The rest need not
    /// be resident: the operating system backs a page with memory when it is first written.
    pub retained_touched_bytes: usize,
    /// Arenas that the pool freed instead of keeping them, by reason.
    pub discarded: Discarded,
}

/// Arenas that the pool freed instead of keeping them, by reason.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct Discarded {
    /// At the end of a scope, because the arena had grown far beyond the usual size of its site.
    pub too_large: u64,
    /// At the end of a scope, because the pool was full. It frees the arenas that waited longest.
    pub pool_full: u64,
    /// Because no scope had used them for [`decay`](crate::Settings::decay).
    pub unused: u64,
    /// By a call of [`trim`](crate::trim), or because a change of the settings lowered the bound.
    pub trimmed: u64,
}

impl PoolReport {
    pub(crate) fn read() -> Self {
        let discarded = Discarded {
            too_large: TOO_LARGE.load(Relaxed),
            pool_full: POOL_FULL.load(Relaxed),
            unused: UNUSED.load(Relaxed),
            trimmed: TRIMMED.load(Relaxed),
        };
        let kept = registry::kept_by_idle();
        let sum = |of: fn(&Kept) -> u64| kept.iter().map(of).sum::<u64>() as usize;
        Self {
            retained_arenas: kept.len(),
            // An arena in the pool has one chunk.
            retained_bytes: sum(|kept| kept.held) - CHUNK_FOOTER * kept.len(),
            retained_touched_bytes: sum(|kept| kept.touched),
            discarded,
        }
    }
}
