//! The `Bump` of a lease in the hands of code that allocates through `&Bump`.
//!
//! Such code takes chunks from the global allocator without asking the lease. So the lease reserves
//! bytes of the budget in advance, and limits the `Bump` to them. Unused bytes return when the
//! arena is used through the handle, and when it ends.

use bumpalo::Bump;

use super::{Lease, chunk, class};
use crate::budget;

/// The least room that code with a raw `&Bump` gets in advance from a budget, if the site has no
/// limit: 1 MiB.
const LEAST: usize = 1 << 20;

/// How much more it gets than 99 of 100 scopes of the site needed.
const TIMES: usize = 16;

/// How often it tries to reserve a part of the budget that others reserve, too.
const ATTEMPTS: usize = 4;

impl Lease {
    /// The `Bump` itself, for code that allocates through `&Bump`. From now on `peak_used` is a
    /// lower bound.
    pub(crate) fn raw_bump(&self) -> &Bump {
        self.set_unusual();
        self.raw.set(true);
        self.lift_limit_of_raw();
        self.lend_to_raw();
        &self.bump
    }

    /// Whether a raw `&Bump` was handed out.
    pub(crate) fn is_raw(&self) -> bool {
        self.raw.get()
    }

    /// Limits the `Bump` to the bytes that code with the raw `&Bump` may take, and reserves them.
    pub(super) fn lend_to_raw(&self) {
        let before = self.bump.allocated_bytes();
        let rest = self.limit_of_arenas().map(|limit| limit - before);
        let room = budget::is_set().then(|| self.reserve_for_raw(rest));
        match self.shared.get() {
            Some(shared) => {
                let most = room.unwrap_or(usize::MAX);
                shared.lend_half(&self.bump, self.slot.buffered(), most);
            }
            None => {
                let most = room.map(|room| before.saturating_add(room));
                let limit = self.limit_of_arenas().into_iter().chain(most).min();
                self.bump.set_allocation_limit(limit);
            }
        }
        let lent = self.bump.allocation_limit().map_or(0, |limit| limit.saturating_sub(before));
        let is_short = |room: usize| lent >= room && rest.is_none_or(|rest| rest > room);
        self.raw_is_at_budget.set(room.is_some_and(is_short));
        let ahead = match room {
            Some(_) if lent > 0 => chunk::with_footers(lent),
            _ => 0,
        };
        self.charge.settle(self.reserved() + ahead);
    }

    /// Reserves bytes of the budget in advance: the `rest` of the site's limit, or several times
    /// what its scopes have needed. It is half of the free bytes at most. Returns the room in
    /// chunks.
    fn reserve_for_raw(&self, rest: Option<usize>) -> usize {
        let usual = || class::room(self.site.learned()).saturating_mul(TIMES).max(LEAST);
        let room = rest.unwrap_or_else(usual);
        let (held, wanted) = (self.reserved(), chunk::with_footers(room));
        let missing = || held.saturating_add(wanted).saturating_sub(self.charge.bytes().max(held));
        if budget::free() / 2 < missing() {
            budget::reclaim();
        }
        for _ in 0..ATTEMPTS {
            let more = missing().min(budget::free() / 2);
            if self.charge.raise(self.charge.bytes().max(held).saturating_add(more)) {
                break;
            }
        }
        let reserved = self.charge.bytes().saturating_sub(held);
        if reserved >= wanted { room } else { chunk::without_footers(reserved) }
    }
}
