//! Counts: the part of a report that is cheap in a service with hundreds of sites and a thousand
//! threads. A monitor can read it each second.
//!
//! A [report](super::report) adds up eight histograms for each site and thread, which is 2 KiB of
//! memory each. The counts are in one cache line of these.

use crate::figures::measures::Measures;
use crate::lease::CHUNK_FOOTER;
use crate::site::Site;
use crate::slot::registry;

/// The ended scopes of all sites, and the bytes of all arenas. Created by [`Counts::read`].
///
/// ```
/// use request_arena_core::{Counts, Site, scope};
///
/// static SITE: Site = Site::new("thumbnail", module_path!(), file!(), line!());
/// scope(&SITE, |arena| { arena.alloc_slice_fill_copy(100, 0_u8); });
///
/// let counts = Counts::read();
/// assert_eq!(counts.ended.iter().sum::<u64>(), 1);
/// assert_eq!(counts.in_use_bytes, 0);
/// // The pool keeps the arena, in which at least these bytes are written.
/// assert!(counts.retained_bytes >= counts.retained_touched_bytes);
/// assert!(counts.retained_touched_bytes >= 100);
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Counts {
    /// The ended scopes of each site, in the order of [`Report::sites`](super::Report::sites).
    pub ended: Vec<u64>,
    /// Bytes of chunks that open scopes hold, with their forks and child scopes.
    pub in_use_bytes: u64,
    /// The part of `in_use_bytes` that is certainly written.
    pub in_use_touched_bytes: u64,
    /// Bytes of the arenas that the pool retains.
    pub retained_bytes: u64,
    /// The part of `retained_bytes` that scopes have written.
    pub retained_touched_bytes: u64,
}

impl Counts {
    /// Reads the counts. Each is exact, but they may be from different moments.
    ///
    /// It does not run the [maintenance](crate::maintain()). It reads one cache line for each
    /// thread of each site, and one for each arena: 0.2 ms with 500 sites and 1,500 threads.
    #[must_use]
    pub fn read() -> Self {
        let (open, idle, arenas) = registry::sums();
        Self {
            ended: Site::all().into_iter().map(Site::ended).collect(),
            in_use_bytes: open.held,
            in_use_touched_bytes: open.touched,
            // An arena in the pool has one chunk.
            retained_bytes: idle.held - (CHUNK_FOOTER * arenas) as u64,
            retained_touched_bytes: idle.touched,
        }
    }

    /// The site at this place in [`ended`](Self::ended).
    #[must_use]
    pub fn site(place: usize) -> Option<&'static Site> {
        Site::numbered(place.checked_add(1)?)
    }

    /// Whether [durations](crate::Settings::durations) are measured now.
    #[must_use]
    pub fn measures_durations() -> bool {
        Measures::wanted().duration()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{report, scope};

    #[test]
    fn counts_are_those_of_the_report() {
        static SITE: Site = Site::new("counted", module_path!(), file!(), line!());
        std::thread::spawn(|| scope(&SITE, |arena| arena.alloc_str("a").len())).join().unwrap();
        scope(&SITE, |arena| arena.alloc_str("a").len());
        scope(&SITE, |arena| {
            arena.alloc_slice_fill_copy(100_000, 1_u8);
            let place = SITE.number() - 1;
            let (counts, report) = (Counts::read(), report());
            assert_eq!(counts.ended[place], 2, "of a thread that ended, and of this one");
            assert_eq!(report.sites[place].outcomes.total(), 2);
            assert!(counts.in_use_bytes >= report.sites[place].in_use_bytes);
            assert!(report.sites[place].in_use_bytes >= 100_000);
        });
        assert_eq!(Counts::site(SITE.number() - 1), Some(&SITE));
        assert_eq!(Counts::site(usize::MAX), None);
        assert_eq!(SITE.durations(), None, "no duration is measured by default");
    }
}
