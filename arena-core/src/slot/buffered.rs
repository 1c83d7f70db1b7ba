//! The response buffers of an open scope, as its limit counts them.
//!
//! A buffer may outlive its scope, and it may be dropped on another thread while the next scope
//! opens in the same slot. So one atomic word holds both the bytes and a generation. A scope that
//! finds bytes of the scope before it starts a new generation, without them. A buffer only changes
//! the bytes of its own generation.
//!
//! The arenas of the scope and its buffers count against the limit apart from each other. Two
//! threads of one scope that take a chunk and a buffer at the same moment may exceed the limit by
//! the smaller of the two.

use std::sync::atomic::Ordering::Relaxed;

use super::Slot;

/// The unit of the bytes in the word. The largest sum is 256 GiB.
const UNIT: usize = 64;

/// The generation of a slot's scope that counts a buffer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Generation(u32);

/// The word of a generation with these units.
fn word(generation: u32, units: u32) -> u64 {
    (u64::from(generation) << 32) | u64::from(units)
}

fn units_of(word: u64) -> u32 {
    word as u32
}

fn generation_of(word: u64) -> u32 {
    (word >> 32) as u32
}

fn units(bytes: usize) -> u32 {
    u32::try_from(bytes.div_ceil(UNIT)).unwrap_or(u32::MAX)
}

impl Slot {
    /// Starts a new generation for a scope that opens, if buffers of an earlier scope are alive.
    #[inline(always)]
    pub(super) fn detach_buffers(&self) {
        if units_of(self.buffered.load(Relaxed)) != 0 {
            self.begin_generation();
        }
    }

    #[cold]
    #[inline(never)]
    fn begin_generation(&self) {
        let next = |now| Some(word(generation_of(now).wrapping_add(1), 0));
        let _ = self.buffered.fetch_update(Relaxed, Relaxed, next);
    }

    /// Counts a new buffer of the open scope, which holds no chunk yet.
    pub(crate) fn count_buffer(&self) -> Generation {
        // One unit, so that no later scope takes the generation of a buffer that exists.
        let more = |now: u64| Some(word(generation_of(now), units_of(now).saturating_add(1)));
        let before = self.buffered.fetch_update(Relaxed, Relaxed, more).unwrap_or(0);
        Generation(generation_of(before))
    }

    /// Counts a chunk of `bytes` bytes in place of the buffer's chunk so far, of `before` bytes.
    /// Returns `false` if it exceeds `limit` together with everything else that the scope holds. It
    /// never does after the scope has ended: the chunk is counted then, but not refused.
    pub(crate) fn exchange_chunk(
        &self,
        of: Generation,
        before: usize,
        bytes: usize,
        limit: usize,
    ) -> bool {
        let rest = match self.is_open() {
            true => limit.saturating_sub(self.held.load(Relaxed) as usize),
            false => usize::MAX,
        };
        let counted = self.buffered.fetch_update(Relaxed, Relaxed, |now| {
            if generation_of(now) != of.0 {
                return Some(now);
            }
            let others = units_of(now).saturating_sub(units(before));
            let units = others.saturating_add(units(bytes));
            let fits = (units as usize).saturating_mul(UNIT) <= rest;
            fits.then(|| word(of.0, units))
        });
        counted.is_ok()
    }

    /// Subtracts `bytes` bytes of a chunk of a buffer, if its scope is still open.
    pub(crate) fn uncount_chunk(&self, of: Generation, bytes: usize) {
        self.subtract(of, units(bytes));
    }

    /// Removes a buffer without a chunk.
    pub(crate) fn uncount_buffer(&self, of: Generation) {
        self.subtract(of, 1);
    }

    fn subtract(&self, of: Generation, less: u32) {
        let _ = self.buffered.fetch_update(Relaxed, Relaxed, |now| {
            let is_current = generation_of(now) == of.0;
            is_current.then(|| word(of.0, units_of(now).saturating_sub(less)))
        });
    }

    /// Bytes of the open scope's buffers.
    #[inline]
    pub(crate) fn buffered(&self) -> usize {
        // A buffer without a chunk has one unit, which is not memory of the scope.
        (units_of(self.buffered.load(Relaxed)) as usize).saturating_mul(UNIT)
    }

    /// Bytes that the scope's arenas and buffers hold.
    pub(crate) fn taken(&self) -> usize {
        self.held.load(Relaxed) as usize + self.buffered()
    }

    /// Bytes of the largest chunk that a buffer of this generation may exchange its chunk for under
    /// `limit`. Its chunk so far has `before` bytes.
    pub(crate) fn rest_for_buffer(&self, of: Generation, before: usize, limit: usize) -> usize {
        let now = self.buffered.load(Relaxed);
        if generation_of(now) != of.0 || !self.is_open() {
            return usize::MAX;
        }
        let held = self.held.load(Relaxed) as usize;
        let others = self.buffered().saturating_sub(before.next_multiple_of(UNIT));
        limit.saturating_sub(held).saturating_sub(others)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::slot::Ending;

    #[test]
    fn a_buffer_counts_in_its_own_scope_and_in_no_later_one() {
        let slot = Slot::new();
        slot.open(1, Ending::Cancelled);
        let first = slot.count_buffer();
        assert!(slot.exchange_chunk(first, 0, 4032, 10_000));
        assert!(!slot.exchange_chunk(first, 4032, 10_048, 10_000), "over the limit");
        assert_eq!(slot.buffered(), 64 + 4032);
        slot.detach_buffers();
        assert_eq!(slot.buffered(), 0, "the next scope holds no buffer");
        let second = slot.count_buffer();
        assert_ne!(first, second);
        assert!(slot.exchange_chunk(first, 4032, 1 << 30, 10_000), "its scope has ended");
        slot.uncount_chunk(first, 4032);
        slot.uncount_buffer(first);
        assert_eq!(slot.buffered(), 64);
        slot.uncount_buffer(second);
        slot.detach_buffers();
        assert_eq!(slot.count_buffer(), second, "no buffer of the generation is alive");
    }

    #[test]
    fn what_the_arenas_hold_leaves_less_for_buffers() {
        let slot = Slot::new();
        slot.open(1, Ending::Cancelled);
        slot.held.store(6000, Relaxed);
        let buffer = slot.count_buffer();
        assert!(!slot.exchange_chunk(buffer, 0, 4032, 10_000));
        assert!(slot.exchange_chunk(buffer, 0, 3000, 10_000));
    }

    #[test]
    fn a_larger_chunk_counts_in_place_of_the_smaller_one() {
        let slot = Slot::new();
        slot.open(1, Ending::Cancelled);
        let (buffer, other) = (slot.count_buffer(), slot.count_buffer());
        assert!(slot.exchange_chunk(other, 0, 1000, 10_000));
        assert!(slot.exchange_chunk(buffer, 0, 4032, 10_000));
        assert_eq!(slot.rest_for_buffer(buffer, 4032, 10_000), 10_000 - 1024 - 2 * 64);
        assert!(slot.exchange_chunk(buffer, 4032, 8064, 10_000));
        assert_eq!(slot.buffered(), 2 * 64 + 1024 + 8064);
        assert!(!slot.exchange_chunk(buffer, 8064, 8960, 10_000), "with the other buffer");
    }
}
