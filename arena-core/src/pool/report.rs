//! What the pool says of itself.

use std::sync::atomic::Ordering::Relaxed;

use crate::lease::CHUNK_FOOTER;
use crate::pool::shelf::{POOL_FULL, TOO_LARGE, TRIMMED, UNUSED};
use crate::slot::Kept;
use crate::slot::registry;

/// What the pool holds at this moment, and what it has freed rather than kept.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct PoolReport {
    /// Empty arenas that wait for a scope, on all threads.
    pub retained_arenas: usize,
    /// Bytes of chunks that they keep.
    pub retained_bytes: usize,
    /// Of these, bytes that scopes have written since the chunks were made. The rest need not be
    /// resident: the operating system gives a page its memory when it is first written.
    pub retained_touched_bytes: usize,
    /// Arenas that were freed rather than kept, by reason.
    pub discarded: Discarded,
}

/// Arenas that were freed rather than kept, by reason.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct Discarded {
    /// At a scope's end, because its arena had grown far beyond what its site usually takes.
    pub too_large: u64,
    /// At a scope's end, because the pool was full: those that waited longest.
    pub pool_full: u64,
    /// Because nobody had used them for the time of [`decay`](crate::Settings::decay).
    pub unused: u64,
    /// By a call of [`trim`](crate::trim), or because the settings allow for less than they did.
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
