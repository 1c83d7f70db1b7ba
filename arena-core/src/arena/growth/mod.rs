//! How a collection grows near the end of what its request may have.
//!
//! While there is memory, collections double, and nothing here is called. Once the request was
//! refused some, by its limit or by the global allocator, growth goes on in these steps, so that
//! the bytes moved come to a small multiple of the final size, and all that fits still fits:
//!
//! 1. a doubling, as ever,
//! 2. what is needed, from the room that the block [keeps ahead](crate::lease::ahead): no move,
//! 3. in place, with all that is left of the chunk kept ahead: one move for each chunk,
//! 4. a new block. Under a limit each one takes at least its size from what is left of the limit,
//!    which was less than about four times that when the doubling was refused. Without a limit it
//!    asks for more than it needs, in falling steps of a sixteenth.
//!
//! A `&Bump` that was handed out cannot reach the room, so beside one a block keeps an eighth of
//! its own size ahead instead of everything.

use core::alloc::Layout;
use core::mem::ManuallyDrop;
use core::ptr::NonNull;
use core::slice;

use allocator_api2::alloc::{AllocError, Allocator};
use allocator_api2::vec::Vec;

use crate::error::ArenaError;
use crate::lease::pointer::LeaseRef;

impl<'a> LeaseRef<'a> {
    /// Room for `more` elements, or the error of the arena.
    #[inline]
    pub(crate) fn reserve<T>(
        self,
        vec: &mut Vec<T, LeaseRef<'a>>,
        more: usize,
    ) -> Result<(), ArenaError> {
        if vec.capacity() - vec.len() >= more { Ok(()) } else { self.make_room(vec, more) }
    }

    /// As [`LeaseRef::reserve`], for a caller that grows nearly as often as it asks.
    #[inline(always)]
    pub(crate) fn reserve_in_place<T>(
        self,
        vec: &mut Vec<T, LeaseRef<'a>>,
        more: usize,
    ) -> Result<(), ArenaError> {
        if vec.capacity() - vec.len() >= more { Ok(()) } else { self.grow_vec(vec, more) }
    }

    // Apart from the loop over an iterator's elements, which seldom comes here.
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
        // What is needed may fit where twice as much does not.
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

    /// The elements, for as long as the request lasts; room that the vector kept ahead goes back.
    #[inline]
    pub(crate) fn leak<T>(self, vec: Vec<T, LeaseRef<'a>>) -> &'a mut [T] {
        if !self.get().ahead().is_tight() { vec.leak() } else { self.leak_tight(vec) }
    }

    /// [`LeaseRef::leak`] in a request that was refused memory.
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
        // SAFETY: rule 2 (handle.rs): the vector's own block, which it neither uses nor frees
        // again.
        let fitted = unsafe { self.shrink(memory.cast(), old, new) };
        let memory = fitted.map_or(memory, NonNull::cast);
        // SAFETY: rules 2 and 3: the vector's elements, nobody else's until `'a` is over.
        unsafe { slice::from_raw_parts_mut(memory.as_ptr(), len) }
    }

    /// [`Allocator::grow`] in a request that was refused memory.
    ///
    /// # Safety
    ///
    /// As for [`Allocator::grow`].
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
        // SAFETY: rule 2 (handle.rs): the caller's promise, passed on.
        let Some(kept) = (unsafe { ahead.adopt(memory, old.size()) }) else {
            let grown = match more < old.size() {
                // SAFETY: rule 2: the caller's promise, passed on.
                true => unsafe { ahead.take_over(memory, old, new) },
                // SAFETY: rule 2: the caller's promise, passed on.
                false => unsafe { ahead.grow_carved(memory, old, new) },
            };
            // SAFETY: rule 2: the caller's promise, passed on.
            return grown.map_or_else(|| unsafe { self.grow_and_keep(memory, old, new) }, Ok);
        };
        if more <= kept && is_aligned(memory, new) {
            // SAFETY: rule 2: the block has `kept` bytes ahead, and now `more` of them are its own.
            unsafe { ahead.keep(memory, new.size(), kept - more) };
            return Ok(memory);
        }
        let whole =
            Layout::from_size_align(old.size() + kept, old.align()).map_err(|_| AllocError)?;
        let grown = if more <= kept {
            // The alignment alone moves it.
            // SAFETY: rule 2: the caller's promise, passed on.
            unsafe { self.grow_plain(memory, old, new) }?
        } else {
            // To the `Bump`, the block is as large as it is with what it has ahead.
            let before = ahead.release();
            // SAFETY: rule 2: it was handed out with this layout.
            let grown = unsafe { self.grow_and_keep(memory, whole, new) };
            if grown.is_err() {
                ahead.restore(before);
            }
            grown?
        };
        // Something may have been carved from what it had ahead meanwhile.
        let left = ahead.kept_by(memory, old.size()).map_or(whole.size(), |kept| old.size() + kept);
        if !overlap(memory, grown, new) && ahead.kept_by(grown, new.size()).is_none() {
            // SAFETY: rule 2: the block moved away, and nobody else has its memory.
            unsafe { ahead.inherit(memory, left) };
        }
        Ok(grown)
    }

    /// Grows a block that has nothing ahead, and keeps what it can for the next time.
    ///
    /// # Safety
    ///
    /// As for [`Allocator::grow`].
    unsafe fn grow_and_keep(
        self,
        memory: NonNull<u8>,
        old: Layout,
        new: Layout,
    ) -> Result<NonNull<u8>, AllocError> {
        let lease = self.get();
        let more = new.size() - old.size();
        // A doubling is what its collection plans ahead itself.
        if more < old.size() {
            let free = lease.bump().chunk_capacity();
            if more <= free && new.align() <= old.align() && lease.is_newest(memory) {
                let most = if lease.is_raw() { free.min((old.size() / 8).max(more)) } else { free };
                let room = most - most % old.align();
                let used = lease.used_of_newest_chunk();
                if room > more && !lease.ahead().outranks(room - more, memory, used) {
                    let whole = Layout::from_size_align(old.size() + room, old.align())
                        .map_err(|_| AllocError)?;
                    // SAFETY: rule 2 (handle.rs): the caller's promise; `whole` is larger than
                    // `new`.
                    if let Ok(grown) = unsafe { lease.bump().grow(memory, old, whole) } {
                        // SAFETY: rule 2: it was just handed out with `whole`.
                        unsafe { lease.ahead().keep(grown.cast(), new.size(), room - more) };
                        return Ok(grown.cast());
                    }
                }
            } else if lease.site().limit().is_none() {
                // SAFETY: rule 2: the caller's promise, passed on.
                if let Some(grown) = unsafe { self.grow_far(memory, old, new) } {
                    return Ok(grown);
                }
            }
        }
        // SAFETY: rule 2: the caller's promise, passed on.
        unsafe { self.grow_plain(memory, old, new) }
    }

    /// A new block with the most room ahead that the global allocator has for it, within a
    /// sixteenth.
    ///
    /// # Safety
    ///
    /// As for [`Allocator::grow`].
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
            // SAFETY: rule 2: it was just handed out with `whole`.
            unsafe { lease.ahead().keep(fresh, new.size(), room - more) };
            lease.abandon(old.size());
            return Some(fresh);
        }
    }

    /// [`Allocator::deallocate`] in a request that was refused memory: what the block has ahead
    /// goes back with it.
    ///
    /// # Safety
    ///
    /// As for [`Allocator::deallocate`].
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
            // SAFETY: rule 2 (handle.rs): the caller frees it, and the `Bump` cannot take it back.
            unsafe { ahead.inherit(memory, size) };
            return;
        }
        lease.watching_rewinds(|bump| {
            // SAFETY: rule 2: the caller's promise, and the block was handed out with `whole`.
            unsafe { bump.deallocate(memory, whole) };
        });
    }

    /// [`Allocator::shrink`] in a request that was refused memory; `None` for a block that has
    /// nothing ahead.
    ///
    /// # Safety
    ///
    /// As for [`Allocator::shrink`].
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
            // The room is not the block's any more; what is left of the block is `bumpalo`'s
            // matter.
            ahead.forget_owner();
            return None;
        }
        let whole = Layout::from_size_align(old.size() + kept, old.align()).ok()?;
        let fits_above = new.size().next_multiple_of(new.align()) <= whole.size();
        if !lease.is_newest(memory) || !fits_above {
            // SAFETY: rule 2 (handle.rs): the block gives the end of its bytes to its room.
            unsafe { ahead.keep(memory, new.size(), whole.size() - new.size()) };
            return Some(memory);
        }
        ahead.forget_room();
        let fitted = lease.watching_rewinds(|bump| {
            // SAFETY: rule 2: it was handed out with `whole`.
            unsafe { bump.deallocate(memory, whole) };
            bump.try_alloc_layout(new)
        });
        // There is room where `whole` was. Without it, the caller's block would be others' by now.
        let Ok(fitted) = fitted else { std::process::abort() };
        // SAFETY: rule 2: what was the block and the one that was just handed out may overlap; the
        // `Bump` has written to neither.
        unsafe { memory.copy_to(fitted, new.size()) };
        Some(fitted)
    }
}

/// Bytes that a vector's block has ahead.
fn kept_by<T>(lease: LeaseRef<'_>, vec: &Vec<T, LeaseRef<'_>>) -> Option<usize> {
    let block = NonNull::from(vec.as_slice()).cast();
    lease.get().ahead().kept_by(block, vec.capacity().saturating_mul(size_of::<T>()))
}

fn is_aligned(memory: NonNull<u8>, layout: Layout) -> bool {
    memory.addr().get() % layout.align() == 0
}

/// Whether a block grew in place: it then ends where it did, and covers where it was. One that
/// moved is disjoint from what it was.
pub(crate) fn overlap(old: NonNull<u8>, grown: NonNull<u8>, new: Layout) -> bool {
    let (old, grown) = (old.addr().get(), grown.addr().get());
    old.checked_sub(grown).is_some_and(|offset| offset < new.size())
}

#[cfg(test)]
mod tests;
