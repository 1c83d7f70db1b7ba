//! Growth of a response buffer into a larger chunk, within its scope's limit and the budget.

use super::{ResponseBuffer, SMALLEST};
use crate::error::{ArenaError, RefusedBy};
use crate::lease::class;
use crate::site::LimitMode;
use crate::thread::arenas::buffers;
use crate::thread::counting;

impl ResponseBuffer {
    #[cold]
    #[inline(never)]
    pub(super) fn grow(&mut self, more: usize) -> Result<(), ArenaError> {
        let Some(needed) = self.len.checked_add(more).filter(|&sum| sum <= isize::MAX as usize)
        else {
            let by = match self.place.site.enforced_limit() {
                // The size exceeds any limit, too.
                Some(_) => RefusedBy::Limit,
                None => RefusedBy::AddressSpace,
            };
            return Err(self.refuse(by, more));
        };
        let grown = match self.grow_to(needed) {
            Err(RefusedBy::Limit) if self.passes_limit() => self.grow_to(needed),
            grown => grown,
        };
        grown.map_err(|by| self.refuse(by, more))
    }

    /// Moves to a chunk with room for `needed` bytes.
    fn grow_to(&mut self, needed: usize) -> Result<(), RefusedBy> {
        let doubled = class::with_room(needed.max(self.capacity.saturating_mul(2))).max(SMALLEST);
        let most = match (self.counted, self.place.site.limit()) {
            (Some(generation), Some(limit)) => {
                self.place.slot.rest_for_buffer(generation, self.held(), limit)
            }
            _ => usize::MAX,
        };
        let mut refused_by = RefusedBy::Limit;
        // The exact size may fit where the double size does not.
        for (room, is_last) in [(class::room(doubled).max(needed), false), (needed, true)] {
            if room > most {
                continue;
            }
            refused_by = match buffers::take_larger(room, most, is_last) {
                Ok(lease) if lease.capacity() < needed => {
                    buffers::give_back(lease, self.place.site, 0, false);
                    RefusedBy::Limit
                }
                Ok(lease) => match self.adopt(lease) {
                    true => return Ok(()),
                    false => RefusedBy::Limit,
                },
                Err(by) => by,
            };
        }
        Err(refused_by)
    }

    /// Called when the limit refuses a chunk. If the limit is only measured, it counts the buffer,
    /// and the limit applies no more to it.
    fn passes_limit(&mut self) -> bool {
        if self.place.site.limit_mode() == LimitMode::Enforce || self.counted.is_none() {
            return false;
        }
        counting::count_over_limit(self.place.site);
        self.uncount();
        true
    }

    /// Removes the buffer and its chunk from the limit of its scope.
    pub(super) fn uncount(&mut self) {
        if let Some(generation) = self.counted.take() {
            self.place.slot.uncount_chunk(generation, self.held());
            self.place.slot.uncount_buffer(generation);
        }
    }

    #[cold]
    fn refuse(&mut self, by: RefusedBy, more: usize) -> ArenaError {
        if by == RefusedBy::Budget {
            counting::count_budget_refusal(self.place.site);
        }
        (self.refused, self.refused_by) = (more.max(1), by);
        self.place.refused(by, self.refused)
    }
}
