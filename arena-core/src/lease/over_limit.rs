//! A limit that is only measured: `limit_mode = "measure"`.
//!
//! The limit applies until it refuses the first allocation. The refusal is counted, and from then
//! on the scope has no limit. So up to its first refusal a scope gets the same chunks as under a
//! limit that is enforced, and the count is exactly the scopes that would have been refused.

use super::{CHUNK_FOOTER, Lease};
use crate::figures::stats::Figures;
use crate::site::LimitMode;

impl Lease {
    fn is_measured(&self) -> bool {
        self.site.limit_mode() == LimitMode::Measure
    }

    /// Called when the limit refuses an allocation. If the limit is only measured, it counts the
    /// scope, lifts the limit, and returns `true`.
    pub(super) fn passes_limit(&self) -> bool {
        if !self.is_measured() {
            return false;
        }
        let was_limited = match self.shared.get() {
            Some(shared) => shared.lift(),
            None => !self.is_lifted.replace(true),
        };
        if was_limited {
            self.set_unusual();
            self.over_limit.set(self.over_limit.get() + usize::from(self.mark_over()));
        }
        was_limited
    }

    /// Lifts a limit that is only measured, because code with a raw `&Bump` cannot be counted when
    /// it passes the limit. [`Lease::count_raw_over_limit`] does so at the end.
    pub(super) fn lift_limit_of_raw(&self) {
        if self.is_measured() {
            match self.shared.get() {
                Some(shared) => _ = shared.lift(),
                None => self.is_lifted.set(true),
            }
        }
    }

    /// Counts a scope that passed its limit through a raw `&Bump`.
    pub(super) fn count_raw_over_limit(&self, figures: &mut Figures) {
        let Some(limit) = self.site.limit().filter(|_| self.is_measured()) else { return };
        let footers = CHUNK_FOOTER * (figures.chunks + self.chunks_before.get());
        let taken = figures.reserved.saturating_sub(footers) + self.slot.buffered();
        if figures.over_limit == 0 && taken > limit {
            figures.over_limit += usize::from(self.mark_over());
        }
    }

    /// Whether no arena of the scope was counted before.
    fn mark_over(&self) -> bool {
        self.shared.get().map_or(self.over_limit.get() == 0, |shared| shared.mark_over())
    }
}
