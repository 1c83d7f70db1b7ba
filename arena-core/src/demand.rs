//! The figures behind `request-arena-admission`: what requests of a site have taken, and what the
//! next one is expected to take. It is not part of the public interface.

use std::sync::atomic::Ordering::Relaxed;

use crate::figures::histogram::Bytes;
use crate::lease::CHUNK_FOOTER;
use crate::lease::class::{Class, LARGEST, SMALLEST, capacity_for, room};
use crate::pool::fits::{Fits, fits};
use crate::site::Site;
use crate::slot::{Kept, registry};

pub use crate::figures::recent::Recent;

/// What the ended scopes of a site have taken, in bytes.
#[derive(Clone, Copy, Debug, Default)]
pub struct Taken {
    /// Most bytes of chunks that a scope held.
    pub reserved: Bytes,
    /// Most bytes that a scope had in use.
    pub peaks: Bytes,
    /// Bytes that a scope allocated from the heap, freed or not.
    pub heap: Bytes,
    /// Bytes of a response in a buffer of the pool.
    pub responses: Bytes,
    /// The mean of the bytes that a request allocated from the heap before and after its scope.
    pub around: u64,
}

impl Taken {
    /// Reads the figures of a site. It reads 2 KiB for each thread that runs it.
    #[must_use]
    pub fn read(site: &Site) -> Self {
        let totals = site.ledger.read();
        let around = (totals.before + totals.after).checked_div(totals.outermost).unwrap_or(0);
        Self {
            reserved: totals.reserved,
            peaks: totals.peak_used,
            heap: totals.heap,
            responses: totals.responses,
            around,
        }
    }

    /// Adds the figures of another site. The mean becomes the larger one.
    pub fn merge(&mut self, other: &Self) {
        self.reserved.merge(&other.reserved);
        self.peaks.merge(&other.peaks);
        self.heap.merge(&other.heap);
        self.responses.merge(&other.responses);
        self.around = self.around.max(other.around);
    }
}

/// The bytes of chunks that a scope of the site holds for a peak of `peak` bytes, once the pool has
/// learned that [usual](Recent::usual) peaks are at most `usual` bytes, a bound of the histogram.
///
/// The first scopes of a site hold less: the pool does not know them yet, so a single large
/// allocation gets a chunk of its own size. Later the first chunk is a power of two. If the site's
/// limit forbids that size, the first chunk is smaller, and a second one follows.
#[must_use]
pub fn chunks_for(site: &Site, usual: u64, peak: u64) -> u64 {
    let class = (usual.max(1).ilog2() as Class).clamp(SMALLEST, LARGEST);
    let Fits { fresh, .. } = fits(&site.wanted(), class, class);
    let first = capacity_for(fresh);
    let peak = usize::try_from(peak).unwrap_or(usize::MAX);
    // A bound of the histogram counts as what has room in a chunk of its class.
    let has_room = if fresh < room(class) { first } else { first.max(1 << class) };
    let further = if peak <= has_room {
        0
    } else {
        capacity_for(peak.max(first.saturating_mul(2))).saturating_add(CHUNK_FOOTER)
    };
    first.saturating_add(CHUNK_FOOTER).saturating_add(further) as u64
}

/// The number of scopes of a site that have ended. It reads one cache line for each thread that
/// runs the site.
#[must_use]
pub fn ended(site: &Site) -> u64 {
    site.ended()
}

/// Whether a scope of the site has ever opened.
#[must_use]
pub fn has_opened(site: &Site) -> bool {
    site.listed().is_some()
}

/// The sites that have opened a scope.
#[must_use]
pub fn sites() -> Vec<&'static Site> {
    Site::all()
}

/// The word of a site for which none was [set](set_expected): a weight that no budget has.
pub const UNKNOWN: u64 = 1 << 62;

/// The word that admission control keeps at the site. [`UNKNOWN`] at first.
#[inline(always)]
#[must_use]
pub fn expected(site: &Site) -> u64 {
    site.expected.load(Relaxed)
}

/// Sets the word of [`expected`].
pub fn set_expected(site: &Site, word: u64) {
    site.expected.store(word, Relaxed);
}

/// The memory of an open scope's arena, in bytes.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct OpenBytes {
    /// Its chunks.
    pub held: u64,
    /// The part of them that is certainly written, by this scope or an earlier one.
    pub written: u64,
}

/// Calls `visit` with the site of each open scope, and the memory of its arena.
///
/// It costs about one cache line for each arena, under a lock that no request takes while the pool
/// has an arena for it.
pub fn visit_open(mut visit: impl FnMut(&'static Site, OpenBytes)) {
    let sites = Site::all();
    registry::visit_open(|number, Kept { held, touched }| {
        if let Some(site) = number.checked_sub(1).and_then(|place| sites.get(place)) {
            visit(site, OpenBytes { held, written: touched });
        }
    });
}

/// The bytes that the arenas in the pool hold and that are certainly written: memory that the next
/// requests get first. Arenas that were never filled are in it with less than they hold.
///
/// It costs about one cache line for each arena, under the same lock.
#[must_use]
pub fn idle_written() -> u64 {
    let (_, idle, _) = registry::sums();
    idle.touched
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scope;

    #[test]
    fn what_a_site_has_taken_is_in_its_figures_and_open_scopes_are_visited() {
        static SITE: Site = Site::new("demand", module_path!(), file!(), line!());
        assert_eq!((expected(&SITE), has_opened(&SITE)), (UNKNOWN, false));
        set_expected(&SITE, 7);
        assert_eq!(expected(&SITE), 7);
        let held = || {
            let mut found = Vec::new();
            visit_open(|site, bytes| found.extend((site == &SITE).then_some(bytes.held)));
            found
        };
        for _ in 0..2 {
            scope(&SITE, |arena| {
                arena.alloc_slice_fill_copy(100_000, 1_u8);
                let [held] = held()[..] else { panic!("one scope is open: {:?}", held()) };
                assert!(held >= 100_000, "{held}");
            });
        }
        assert!(held().is_empty() && has_opened(&SITE));
        // Other tests use the pool, too.
        assert!((0..100).any(|_| {
            scope(&SITE, |arena| arena.alloc_slice_fill_copy(100_000, 1_u8).len());
            idle_written() >= 100_000
        }));
        let taken = Taken::read(&SITE);
        assert!(taken.reserved.count() == ended(&SITE) && ended(&SITE) >= 3, "{taken:?}");
        assert!(taken.reserved.max >= 100_000 && taken.heap.count() == 0, "{taken:?}");
    }
}
