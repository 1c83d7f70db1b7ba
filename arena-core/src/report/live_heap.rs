//! Live heap memory that belongs to no handler, and how exact the figures of all are.

use core::fmt;

use super::Report;
use crate::heap::{HeapOwner, LiveHeap, LiveHeapByOwner};
use crate::printable::printable;

/// Live heap memory beside that of the handlers, see [`SiteReport::live_heap`](
/// crate::SiteReport::live_heap).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct LiveHeapReport {
    /// Memory of request-arena itself: chunks of arenas and response buffers, in use or in the
    /// pool.
    pub arenas: LiveHeap,
    /// Memory that no scope allocated: that of the framework, of background tasks, and of the start
    /// of the program.
    pub outside: LiveHeap,
    /// The mean number of bytes between two samples.
    pub interval_bytes: usize,
    /// Samples that found no place. If it rises, all figures are too small.
    pub lost_samples: u64,
    /// Whether the allocator takes no samples now. Memory that is allocated meanwhile is not in the
    /// figures, and they only fall.
    pub is_paused: bool,
    /// How often sampling was paused. Figures before and after a pause do not compare.
    pub pauses: u64,
}

impl LiveHeapReport {
    pub(super) fn of(live: &LiveHeapByOwner) -> Self {
        Self {
            arenas: live.of(HeapOwner::Arenas),
            outside: live.of(HeapOwner::Outside),
            interval_bytes: live.interval_bytes,
            lost_samples: live.lost_samples,
            is_paused: live.is_paused,
            pauses: live.pauses,
        }
    }
}

/// The memory of the first `count` sites, in the order of their numbers.
pub(super) fn of_sites(live: &LiveHeapByOwner, count: usize) -> Vec<LiveHeap> {
    let mut sites = vec![LiveHeap::default(); count];
    for row in &live.owners {
        if let HeapOwner::Handler(site) = row.owner {
            // A site that was listed since has no place.
            if let Some(place) = sites.get_mut(site.number() - 1) {
                *place = row.live;
            }
        }
    }
    sites
}

impl Report {
    /// Writes the owners of live heap memory, the largest first.
    pub(super) fn write_live_heap(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some(others) = &self.live_heap else { return Ok(()) };
        let of_site = self.sites.iter().filter_map(|site| Some((site.name, site.live_heap?)));
        let own = [HeapOwner::Arenas, HeapOwner::Outside].map(|owner| owner.name());
        let mut owners: Vec<(&str, LiveHeap)> =
            of_site.chain(own.into_iter().zip([others.arenas, others.outside])).collect();
        owners.retain(|(_, live)| live.samples > 0);
        owners.sort_by_key(|(_, live)| core::cmp::Reverse(live.bytes));
        write!(f, "\nlive heap, from samples of one in {} bytes:", others.interval_bytes)?;
        for (name, LiveHeap { bytes, objects, error_bytes, .. }) in owners {
            let name = printable(name);
            write!(f, "\n  {name}: ~{bytes} ± {error_bytes} bytes in ~{objects} objects")?;
        }
        if others.is_paused {
            write!(f, "\n  sampling is off: memory allocated since then is not in these figures")?;
        }
        if others.lost_samples > 0 {
            let lost = others.lost_samples;
            write!(f, "\n  {lost} samples found no place, so these figures are too small")?;
        }
        Ok(())
    }
}
