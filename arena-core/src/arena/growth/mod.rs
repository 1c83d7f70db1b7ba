//! Growth of collections near the end of the memory that a request may have.
//!
//! While there is memory, collections double, and this module does nothing. Once the limit or the
//! global allocator has refused memory, a collection grows by the steps below. They keep the bytes
//! moved to a small multiple of the final size, and every size that would fit still fits.
//!
//! 1. Double, as before.
//! 2. Grow by the bytes needed, into the room that the block [keeps ahead](crate::lease::ahead).
//!    This moves nothing.
//! 3. Grow in place, and keep the rest of the chunk ahead. This moves the block once for each
//!    chunk.
//! 4. Allocate a new block. Under a limit, each new block takes at least its size from the
//!    remaining limit. When the doubling was refused, the remaining limit was less than about four
//!    times that size. The same applies to a budget of the service. Without both, the block asks
//!    for more than it needs, in steps that fall by a sixteenth.
//!
//! Code with a raw `&Bump` cannot reach the room. So if the request has handed one out, a block
//! keeps an eighth of its own size ahead instead of the rest of the chunk.

#[cfg(feature = "nightly")]
#[allow(unused_imports, reason = "it can be the same trait as that of allocator-api2")]
use core::alloc::Allocator as _;
use core::alloc::Layout;
use core::mem::ManuallyDrop;
use core::ptr::NonNull;
use core::slice;

use allocator_api2::alloc::{AllocError, Allocator};
use allocator_api2::vec::Vec;

use crate::budget;
use crate::error::ArenaError;
use crate::lease::pointer::LeaseRef;

impl<'a> LeaseRef<'a> {
    /// Makes room for `more` elements, or returns the arena's error.
    #[inline]
    pub(crate) fn reserve<T>(
        self,
        vec: &mut Vec<T, LeaseRef<'a>>,
        more: usize,
    ) -> Result<(), ArenaError> {
        if vec.capacity() - vec.len() >= more { Ok(()) } else { self.make_room(vec, more) }
    }

    /// Like [`LeaseRef::reserve`], for a caller that needs to grow in most calls.
    #[inline(always)]
    pub(crate) fn reserve_in_place<T>(
        self,
        vec: &mut Vec<T, LeaseRef<'a>>,
        more: usize,
    ) -> Result<(), ArenaError> {
        if vec.capacity() - vec.len() >= more { Ok(()) } else { self.grow_vec(vec, more) }
    }

    // A separate function, so that the loop over an iterator's elements stays small. The loop
    // rarely calls it.
    #[cold]
    #[inline(never)]
    fn make_room<T>(self, vec: &mut Vec<T, LeaseRef<'a>>, more: usize) -> Result<(), ArenaError> {
        self.grow_vec(vec, more)
    }

    #[inline(always)]
    fn grow_vec<T>(self, vec: &mut Vec<T, LeaseRef<'a>>, more: usize) -> Result<(), ArenaError> {
        let lease = self.get();
        let has_ahead = || kept_by(self, vec).unwrap_or(0) >= more.saturating_mul(size_of::<T>());
        let may_double = !lease.ahead().is_tight() || !has_ahead();
        // The exact size may fit where the double size does not.
        if may_double && lease.first_try(|| vec.try_reserve(more).is_ok()) {
            return Ok(());
        }
        self.reserve_exact(vec, more)
    }

    #[inline]
    fn reserve_exact<T>(
        self,
        vec: &mut Vec<T, LeaseRef<'a>>,
        more: usize,
    ) -> Result<(), ArenaError> {
        let lease = self.get();
        vec.try_reserve_exact(more).map_err(|_| {
            match Layout::array::<T>(vec.len().saturating_add(more)) {
                Ok(layout) => lease.refused_before(layout),
                Err(_) => lease.too_large(),
            }
        })
    }

    /// Returns the elements for as long as the request lasts, and frees the room that the vector
    /// kept ahead.
    #[inline]
    pub(crate) fn leak<T>(self, vec: Vec<T, LeaseRef<'a>>) -> &'a mut [T] {
        if !self.get().ahead().is_tight() { vec.leak() } else { self.leak_tight(vec) }
    }

    /// [`LeaseRef::leak`] in a request that has been refused memory.
    #[cold]
    #[inline(never)]
    fn leak_tight<T>(self, vec: Vec<T, LeaseRef<'a>>) -> &'a mut [T] {
        if kept_by(self, &vec).is_none() {
            return vec.leak();
        }
        let mut vec = ManuallyDrop::new(vec);
        let (memory, len) = (NonNull::from(vec.as_mut_slice()).cast::<T>(), vec.len());
        let [old, new] = [vec.capacity(), len].map(Layout::array::<T>);
        let (Ok(old), Ok(new)) = (old, new) else { unreachable!("the vector has these layouts") };
        // SAFETY: rule 2 (handle.rs): the block belongs to the vector, which neither uses nor frees
        // it again.
        let fitted = unsafe { self.shrink(memory.cast(), old, new) };
        let memory = fitted.map_or(memory, NonNull::cast);
        // SAFETY: rules 2 and 3: the elements belong to the vector, and are unaliased until `'a`
        // ends.
        unsafe { slice::from_raw_parts_mut(memory.as_ptr(), len) }
    }

    /// [`Allocator::grow`] in a request that has been refused memory.
    ///
    /// # Safety
    ///
    /// The contract of [`Allocator::grow`].
    #[cold]
    #[inline(never)]
    pub(crate) unsafe fn grow_tight(
        self,
        memory: NonNull<u8>,
        old: Layout,
        new: Layout,
    ) -> Result<NonNull<u8>, AllocError> {
        let ahead = self.get().ahead();
        let more = new.size() - old.size();
        // SAFETY: rule 2 (handle.rs): the caller keeps the contract of `grow`.
        let Some(kept) = (unsafe { ahead.adopt(memory, old.size()) }) else {
            let grown = match more < old.size() {
                // SAFETY: rule 2: the caller keeps the contract of `grow`.
                true => unsafe { ahead.take_over(memory, old, new) },
                // SAFETY: rule 2: the caller keeps the contract of `grow`.
                false => unsafe { ahead.grow_carved(memory, old, new) },
            };
            // SAFETY: rule 2: the caller keeps the contract of `grow`.
            return grown.map_or_else(|| unsafe { self.grow_and_keep(memory, old, new) }, Ok);
        };
        if more <= kept && is_aligned(memory, new) {
            // SAFETY: rule 2: the block has `kept` bytes ahead, and now owns `more` of them.
            unsafe { ahead.keep(memory, new.size(), kept - more) };
            return Ok(memory);
        }
        let whole =
            Layout::from_size_align(old.size() + kept, old.align()).map_err(|_| AllocError)?;
        let grown = if more <= kept {
            // Only the alignment makes the block move.
            // SAFETY: rule 2: the caller keeps the contract of `grow`.
            unsafe { self.grow_plain(memory, old, new) }?
        } else {
            // The `Bump` counts the block and the room ahead of it as one block.
            let before = ahead.release();
            // SAFETY: rule 2: the `Bump` handed it out with this layout.
            let grown = unsafe { self.grow_and_keep(memory, whole, new) };
            if grown.is_err() {
                ahead.restore(before);
            }
            grown?
        };
        // Meanwhile, the arena may have carved other blocks from the room.
        let left = ahead.kept_by(memory, old.size()).map_or(whole.size(), |kept| old.size() + kept);
        if !overlap(memory, grown, new) && ahead.kept_by(grown, new.size()).is_none() {
            // SAFETY: rule 2: the block moved away, and its old memory has no other owner.
            unsafe { ahead.inherit(memory, left) };
        }
        Ok(grown)
    }

    /// Grows a block that has no room ahead, and keeps as much room as it can for the next growth.
    ///
    /// # Safety
    ///
    /// The contract of [`Allocator::grow`].
    unsafe fn grow_and_keep(
        self,
        memory: NonNull<u8>,
        old: Layout,
        new: Layout,
    ) -> Result<NonNull<u8>, AllocError> {
        let lease = self.get();
        let more = new.size() - old.size();
        // When a collection doubles, it plans its own room.
        if more < old.size() {
            let free = lease.bump().chunk_capacity();
            if more <= free && new.align() <= old.align() && lease.is_newest(memory) {
                let most = if lease.is_raw() { free.min((old.size() / 8).max(more)) } else { free };
                let room = most - most % old.align();
                let used = lease.used_of_newest_chunk();
                if room > more && !lease.ahead().outranks(room - more, memory, used) {
                    let whole = Layout::from_size_align(old.size() + room, old.align())
                        .map_err(|_| AllocError)?;
                    // SAFETY: rule 2 (handle.rs): the caller keeps the contract of `grow`, and
                    // `whole` is larger than `new`.
                    if let Ok(grown) = unsafe { lease.bump().grow(memory, old, whole) } {
                        // SAFETY: rule 2: the `Bump` has just handed it out with `whole`.
                        unsafe { lease.ahead().keep(grown.cast(), new.size(), room - more) };
                        return Ok(grown.cast());
                    }
                }
            } else if lease.site().limit().is_none() && !budget::is_set() {
                // SAFETY: rule 2: the caller keeps the contract of `grow`.
                if let Some(grown) = unsafe { self.grow_far(memory, old, new) } {
                    return Ok(grown);
                }
            }
        }
        // SAFETY: rule 2: the caller keeps the contract of `grow`.
        unsafe { self.grow_plain(memory, old, new) }
    }

    /// Allocates a new block with the most room ahead that the global allocator provides, to within
    /// a sixteenth.
    ///
    /// # Safety
    ///
    /// The contract of [`Allocator::grow`].
    unsafe fn grow_far(self, memory: NonNull<u8>, old: Layout, new: Layout) -> Option<NonNull<u8>> {
        let lease = self.get();
        let more = new.size() - old.size();
        let mut room = old.size();
        loop {
            room -= room.div_ceil(16);
            if room <= more {
                return None;
            }
            let whole = Layout::from_size_align(old.size() + room, new.align()).ok()?;
            let Some(fresh) = lease.another_chunk(whole) else { continue };
            // SAFETY: rule 2 (handle.rs): a fresh block is disjoint from the old one, and larger.
            unsafe { memory.copy_to_nonoverlapping(fresh, old.size()) };
            // SAFETY: rule 2: the lease has just handed it out with `whole`.
            unsafe { lease.ahead().keep(fresh, new.size(), room - more) };
            lease.abandon(old.size());
            return Some(fresh);
        }
    }

    /// [`Allocator::deallocate`] in a request that has been refused memory. It also frees the room
    /// that the block has ahead.
    ///
    /// # Safety
    ///
    /// The contract of [`Allocator::deallocate`].
    #[cold]
    #[inline(never)]
    pub(crate) unsafe fn deallocate_tight(self, memory: NonNull<u8>, layout: Layout) {
        let (lease, ahead) = (self.get(), self.get().ahead());
        let kept = ahead.kept_by(memory, layout.size());
        if kept.is_none() && ahead.take_back(memory, layout) {
            return;
        }
        let size = layout.size() + kept.unwrap_or(0);
        let Ok(whole) = Layout::from_size_align(size, layout.align()) else { return };
        let is_newest = lease.is_newest(memory);
        if kept.is_some() {
            ahead.forget_room();
        }
        if kept.is_some() && !is_newest {
            // SAFETY: rule 2 (handle.rs): the caller frees the block, and the `Bump` cannot take it
            // back.
            unsafe { ahead.inherit(memory, size) };
            return;
        }
        lease.watching_rewinds(|bump| {
            // SAFETY: rule 2: the caller keeps the contract of `deallocate`, and the block was
            // handed out with `whole`.
            unsafe { bump.deallocate(memory, whole) };
        });
    }

    /// [`Allocator::shrink`] in a request that has been refused memory. Returns `None` for a block
    /// that has no room ahead.
    ///
    /// # Safety
    ///
    /// The contract of [`Allocator::shrink`].
    #[cold]
    #[inline(never)]
    pub(crate) unsafe fn shrink_tight(
        self,
        memory: NonNull<u8>,
        old: Layout,
        new: Layout,
    ) -> Option<NonNull<u8>> {
        let (lease, ahead) = (self.get(), self.get().ahead());
        let kept = ahead.kept_by(memory, old.size())?;
        if new.align() > old.align() || new.size() == 0 {
            // The block loses its room. `bumpalo` shrinks the rest of the block.
            ahead.forget_owner();
            return None;
        }
        let whole = Layout::from_size_align(old.size() + kept, old.align()).ok()?;
        let fits_above = new.size().next_multiple_of(new.align()) <= whole.size();
        if !lease.is_newest(memory) || !fits_above {
            // SAFETY: rule 2 (handle.rs): the block adds the end of its bytes to its room.
            unsafe { ahead.keep(memory, new.size(), whole.size() - new.size()) };
            return Some(memory);
        }
        ahead.forget_room();
        let fitted = lease.watching_rewinds(|bump| {
            // SAFETY: rule 2: the block was handed out with `whole`.
            unsafe { bump.deallocate(memory, whole) };
            bump.try_alloc_layout(new)
        });
        // The allocation fits where `whole` was. If it failed, other allocations could overwrite
        // the caller's freed block.
        let Ok(fitted) = fitted else { std::process::abort() };
        // SAFETY: rule 2: the old block and the new one may overlap, and the `Bump` has written to
        // neither.
        unsafe { memory.copy_to(fitted, new.size()) };
        Some(fitted)
    }
}

/// Returns the bytes that a vector's block has ahead.
fn kept_by<T>(lease: LeaseRef<'_>, vec: &Vec<T, LeaseRef<'_>>) -> Option<usize> {
    let block = NonNull::from(vec.as_slice()).cast();
    lease.get().ahead().kept_by(block, vec.capacity().saturating_mul(size_of::<T>()))
}

fn is_aligned(memory: NonNull<u8>, layout: Layout) -> bool {
    memory.addr().get() % layout.align() == 0
}

/// Returns whether a block grew in place. It then ends at its old end, and covers its old bytes. A
/// block that moved is disjoint from its old bytes.
pub(crate) fn overlap(old: NonNull<u8>, grown: NonNull<u8>, new: Layout) -> bool {
    let (old, grown) = (old.addr().get(), grown.addr().get());
    old.checked_sub(grown).is_some_and(|offset| offset < new.size())
}

#[cfg(test)]
mod tests;
