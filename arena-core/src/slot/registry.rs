//! The list of all slots: readers visit those of existing arenas, and new arenas take free ones.

use std::sync::atomic::Ordering::{Acquire, Relaxed};

use super::{IN_POOL, Kept, Open, Slot, is_scope};
use crate::clock;
use crate::coverage;
use crate::sync::{Mutex, lock};

/// The slots of existing arenas, and the free slots.
///
/// **Invariant:** a listed slot's `place` is its index in `listed`.
struct Slots {
    listed: Vec<&'static Slot>,
    free: Vec<&'static Slot>,
}

static SLOTS: Mutex<Slots> = Mutex::new(Slots { listed: Vec::new(), free: Vec::new() });

impl Slots {
    fn list(&mut self) -> &'static Slot {
        let slot = self.free.pop().unwrap_or_else(|| Box::leak(Box::new(Slot::new())));
        slot.place.store(self.listed.len(), Relaxed);
        self.listed.push(slot);
        slot
    }

    fn unlist(&mut self, slot: &'static Slot) {
        let place = slot.place.load(Relaxed);
        self.listed.swap_remove(place);
        if let Some(moved) = self.listed.get(place) {
            moved.place.store(place, Relaxed);
        }
        self.free.push(slot);
        // Returns memory after a peak, once most of the list's capacity is unused.
        if self.listed.capacity() > 1024 && self.listed.len() < self.listed.capacity() / 4 {
            self.listed.shrink_to(self.listed.len() * 2);
        }
    }
}

/// All open scopes.
pub(crate) fn open_scopes() -> Vec<Open> {
    // Looks run one at a time. So every scope that a look finds was open when the look began,
    // unless its `since` is that look.
    static LOOKING: Mutex<()> = Mutex::new(());
    let looking = lock(&LOOKING);
    let look = clock::begin_look();
    let all = lock(&SLOTS).listed.clone();
    let open = all.into_iter().filter_map(|slot| slot.read(look)).collect();
    drop(looking);
    open
}

/// The response buffers that exist: the number of the site, and the bytes that each holds.
pub(crate) fn buffers() -> Vec<(usize, u64)> {
    let slots = lock(&SLOTS);
    slots.listed.iter().copied().filter_map(Slot::read_buffer).collect()
}

/// The memory of all open scopes, and of all arenas in the pool, with their number. It makes no
/// list, and so costs less than the lists of both.
pub(crate) fn sums() -> (Kept, Kept, usize) {
    let nothing = Kept { held: 0, touched: 0 };
    let (mut open, mut idle, mut arenas) = (nothing, nothing, 0);
    let slots = lock(&SLOTS);
    for slot in &slots.listed {
        let site = slot.site.load(Acquire);
        let kept = slot.kept();
        if site == IN_POOL && kept.held > 0 {
            (idle.held, idle.touched) = (idle.held + kept.held, idle.touched + kept.touched);
            arenas += 1;
        } else if is_scope(site) {
            (open.held, open.touched) = (open.held + kept.held, open.touched + kept.touched);
        }
    }
    (open, idle, arenas)
}

/// Calls `visit` with the number of the site of each open scope, and its memory.
pub(crate) fn visit_open(mut visit: impl FnMut(usize, Kept)) {
    let slots = lock(&SLOTS);
    for slot in &slots.listed {
        let site = slot.site.load(Acquire);
        if is_scope(site) {
            visit(site, slot.kept());
        }
    }
}

/// The memory of each arena in the pool that holds any.
pub(crate) fn kept_by_idle() -> Vec<Kept> {
    let idle = |slot: &&Slot| slot.site.load(Acquire) == IN_POOL;
    let slots = lock(&SLOTS);
    slots.listed.iter().copied().filter(idle).map(Slot::kept).filter(|kept| kept.held > 0).collect()
}

/// The slot of one arena, from its creation until it is freed.
#[derive(Debug)]
pub(crate) struct OwnSlot(&'static Slot);

impl OwnSlot {
    /// Takes a free slot, or creates one.
    pub(crate) fn new() -> Self {
        Self(coverage::own(|| lock(&SLOTS).list()))
    }

    #[inline(always)]
    pub(crate) fn slot(&self) -> &'static Slot {
        self.0
    }
}

impl Drop for OwnSlot {
    fn drop(&mut self) {
        self.0.held.store(0, Relaxed);
        self.0.touched.store(0, Relaxed);
        self.0.close();
        coverage::own(|| lock(&SLOTS).unlist(self.0));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn readers_walk_the_slots_of_arenas_that_there_are() {
        const PEAK: usize = 20_000;
        let mut homes: Vec<_> = (0..PEAK).map(|_| OwnSlot::new()).collect();
        assert!(lock(&SLOTS).listed.len() >= PEAK);
        // Removes slots from the middle too, so that other slots move into their places.
        homes.retain(|home| home.slot().place.load(Relaxed) % 3 == 0);
        let kept: Vec<_> = homes.iter().map(OwnSlot::slot).collect();
        {
            let slots = lock(&SLOTS);
            let is_at = |(place, slot): (usize, &&Slot)| slot.place.load(Relaxed) == place;
            assert!(slots.listed.iter().enumerate().all(is_at));
            let listed =
                |slot: &&Slot| slots.listed.iter().any(|listed| core::ptr::eq(*listed, *slot));
            assert!(kept.iter().step_by(100).all(listed));
        }
        drop(homes);
        // Other tests own arenas at the same time, but far fewer.
        let slots = lock(&SLOTS);
        assert!(slots.listed.len() < PEAK / 10, "{} slots are walked", slots.listed.len());
        assert!(slots.listed.capacity() < PEAK, "room for {}", slots.listed.capacity());
    }
}
