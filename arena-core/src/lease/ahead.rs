//! Room that one growing block keeps ahead of itself once the request has been refused memory.
//!
//! `bumpalo` grows a block downwards, so every growth moves the block, even in place. A collection
//! that is refused a doubling grows by exactly what it needs. Without this module, each such growth
//! would move the whole block.
//!
//! Instead the block takes all the free bytes of its chunk in one move. The collection does not see
//! this room, and grows into it without a move. Other allocations that would be refused are carved
//! from the far end of the room, so the room never makes a request fail earlier.
//!
//! ```text
//!   chunk:  | free | block, as its collection knows it | room -->   <-- carved | older blocks |
//!                  ^ owner                             ^ low                   ^ low + bytes
//! ```
//!
//! **Invariant:** the lease's `Bump` has handed out the room, and no collection owns it. The room
//! returns to the `Bump` together with its block, or not at all.

use core::alloc::Layout;
use core::cell::Cell;
use core::ptr::NonNull;

/// See the module. A lease has one: a second block that keeps room replaces the first.
pub(crate) struct Ahead {
    is_tight: Cell<bool>,
    /// The block that grows into the room, until it moves away or is freed.
    owner: Cell<Option<NonNull<u8>>>,
    /// The start of the memory that returns to the `Bump` together with the owner.
    start: Cell<NonNull<u8>>,
    low: Cell<NonNull<u8>>,
    bytes: Cell<usize>,
}

/// The state of the room before [`Ahead::release`].
pub(crate) struct Released {
    owner: Option<NonNull<u8>>,
    start: NonNull<u8>,
    low: NonNull<u8>,
    bytes: usize,
}

// SAFETY: rule 1 (handle.rs): the pointers lead into the lease's own memory, and move with it.
unsafe impl Send for Ahead {}

impl Ahead {
    pub(crate) const fn new() -> Self {
        Self {
            is_tight: Cell::new(false),
            owner: Cell::new(None),
            start: Cell::new(NonNull::dangling()),
            low: Cell::new(NonNull::dangling()),
            bytes: Cell::new(0),
        }
    }

    /// Whether the request has been refused memory. Only then may a block keep room.
    #[inline(always)]
    pub(crate) fn is_tight(&self) -> bool {
        self.is_tight.get()
    }

    pub(crate) fn tighten(&self) {
        self.is_tight.set(true);
    }

    /// Forgets all state, because the lease's memory is freed.
    pub(crate) fn clear(&self) {
        self.is_tight.set(false);
        self.forget_room();
    }

    /// Forgets the room, which has returned to the `Bump` or to its block.
    pub(crate) fn forget_room(&self) {
        _ = self.release();
    }

    /// Returns the room to its block, so that the block can grow as a whole.
    pub(crate) fn release(&self) -> Released {
        Released {
            owner: self.owner.take(),
            start: self.start.get(),
            // An address that no block has.
            low: self.low.replace(NonNull::dangling()),
            bytes: self.bytes.take(),
        }
    }

    /// Undoes [`Ahead::release`]: the block did not grow.
    pub(crate) fn restore(&self, released: Released) {
        self.owner.set(released.owner);
        self.start.set(released.start);
        self.low.set(released.low);
        self.bytes.set(released.bytes);
    }

    /// Detaches the room from its block. Later allocations can still be carved from the room.
    pub(crate) fn forget_owner(&self) {
        self.owner.set(None);
    }

    /// Size of the room in bytes.
    #[cfg(test)]
    pub(crate) fn bytes(&self) -> usize {
        self.bytes.get()
    }

    /// Bytes that this block of `size` bytes has ahead, or `None` if the room belongs to another
    /// block.
    ///
    /// An empty block has no room, although its address can equal that of a block with room.
    pub(crate) fn kept_by(&self, block: NonNull<u8>, size: usize) -> Option<usize> {
        (size > 0 && self.owner.get() == Some(block)).then(|| self.bytes.get())
    }

    /// As [`Ahead::kept_by`], but first makes the block the owner of a room that has none and that
    /// begins right after the block.
    ///
    /// # Safety
    ///
    /// The block belongs to the caller and has `size` bytes.
    pub(crate) unsafe fn adopt(&self, block: NonNull<u8>, size: usize) -> Option<usize> {
        let follows = block.addr().get() + size == self.low.get().addr().get();
        if self.owner.get().is_none() && self.bytes.get() > 0 && size > 0 && follows {
            self.owner.set(Some(block));
            self.start.set(block);
        }
        self.kept_by(block, size)
    }

    /// Gives the block of `size` bytes a room of `bytes` bytes ahead.
    ///
    /// # Safety
    ///
    /// The block was handed out with `size + bytes` bytes. Its collection knows of `size` bytes,
    /// and `size` is above 0.
    pub(crate) unsafe fn keep(&self, block: NonNull<u8>, size: usize, bytes: usize) {
        if self.owner.replace(Some(block)) != Some(block) {
            self.start.set(block);
        }
        // SAFETY: rule 2 (handle.rs): the caller promises that the block has this many bytes.
        self.low.set(unsafe { block.add(size) });
        self.bytes.set(bytes);
    }

    /// Turns a block into room. It moved away or was freed, and its memory is still handed out.
    ///
    /// # Safety
    ///
    /// No collection owns the block of `whole` bytes, its room included, any more.
    pub(crate) unsafe fn inherit(&self, block: NonNull<u8>, whole: usize) {
        let start = if self.owner.take() == Some(block) { self.start.get() } else { block };
        self.low.set(start);
        self.bytes.set(block.addr().get() + whole - start.addr().get());
    }

    /// Carves memory for `layout` from the far end of the room. The size of `layout` is not 0.
    pub(crate) fn carve(&self, layout: Layout) -> Option<NonNull<u8>> {
        let low = self.low.get();
        let end = low.addr().get() + self.bytes.get();
        let start = end.checked_sub(layout.size())? & !(layout.align() - 1);
        let left = start.checked_sub(low.addr().get())?;
        self.bytes.set(left);
        // SAFETY: rule 2 (handle.rs): the room begins at `low`, and `start` lies inside it.
        Some(unsafe { low.add(left) })
    }

    /// Grows the block that was carved last by moving it further into the room, as a `Bump` grows
    /// its newest block.
    ///
    /// # Safety
    ///
    /// The block belongs to the caller and has the layout `old`. `new` is larger.
    pub(crate) unsafe fn grow_carved(
        &self,
        block: NonNull<u8>,
        old: Layout,
        new: Layout,
    ) -> Option<NonNull<u8>> {
        if !self.ends_at(block, old) || new.align() > old.align() {
            return None;
        }
        let more = Layout::from_size_align(new.size() - old.size(), old.align()).ok()?;
        let grown = if more.size() == 0 { block } else { self.carve(more)? };
        // SAFETY: rule 2 (handle.rs): all bytes from `grown` to the block's end now belong to the
        // block.
        unsafe { block.copy_to(grown, old.size()) };
        Some(grown)
    }

    /// Moves the block that was carved last to the near end of the room, and gives it the rest of
    /// the room.
    ///
    /// # Safety
    ///
    /// As for [`Ahead::grow_carved`].
    pub(crate) unsafe fn take_over(
        &self,
        block: NonNull<u8>,
        old: Layout,
        new: Layout,
    ) -> Option<NonNull<u8>> {
        let low = self.low.get();
        let offset = low.addr().get().next_multiple_of(old.align()) - low.addr().get();
        let whole = (self.bytes.get() + old.size()).checked_sub(offset)?;
        if !self.ends_at(block, old) || new.align() > old.align() || whole < new.size() {
            return None;
        }
        // SAFETY: rule 2 (handle.rs): the room and the block are contiguous, and `offset` lies
        // inside them.
        let grown = unsafe { low.add(offset) };
        // SAFETY: rule 2: `whole` bytes begin at `grown`, and all of them now belong to the block.
        unsafe { block.copy_to(grown, old.size()) };
        // SAFETY: rule 2: as above.
        unsafe { self.keep(grown, new.size(), whole - new.size()) };
        self.start.set(low);
        Some(grown)
    }

    /// Returns the block that was carved last to the room. Returns `false` for any other block.
    pub(crate) fn take_back(&self, block: NonNull<u8>, layout: Layout) -> bool {
        let is_last = self.ends_at(block, layout);
        if is_last {
            self.bytes.set(self.bytes.get() + layout.size());
        }
        is_last
    }

    /// Whether the block begins where the room ends, so that its bytes can return to the room.
    fn ends_at(&self, block: NonNull<u8>, layout: Layout) -> bool {
        layout.size() > 0 && self.low.get().addr().get() + self.bytes.get() == block.addr().get()
    }

    /// Whether a block in the `used` bytes from `newest` on has more than `bytes` bytes ahead.
    pub(crate) fn outranks(&self, bytes: usize, newest: NonNull<u8>, used: usize) -> bool {
        let offset = self.low.get().addr().get().checked_sub(newest.addr().get());
        self.owner.get().is_some()
            && self.bytes.get() > bytes
            && offset.is_some_and(|offset| offset < used)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Runs `test` on 64 bytes, aligned to 64. The block has the first 16.
    fn with_room(test: impl FnOnce(&Ahead, NonNull<u8>)) {
        #[repr(align(64))]
        struct Memory([u8; 64]);
        let mut memory = Memory([0; 64]);
        let block = NonNull::from(&mut memory.0).cast::<u8>();
        let ahead = Ahead::new();
        // SAFETY: rule 2 (handle.rs): the memory has 16 + 48 bytes.
        unsafe { ahead.keep(block, 16, 48) };
        test(&ahead, block);
    }

    fn layout(size: usize, align: usize) -> Layout {
        Layout::from_size_align(size, align).expect("a layout")
    }

    #[test]
    fn what_is_carved_is_aligned_disjoint_and_not_the_blocks() {
        with_room(|ahead, block| {
            let offsets = [(5, 1), (8, 8), (1, 1), (16, 16), (8, 8)].map(|(size, align)| {
                let carved = ahead.carve(layout(size, align));
                carved.map(|carved| carved.addr().get() - block.addr().get())
            });
            assert_eq!(offsets, [Some(59), Some(48), Some(47), Some(16), None]);
            assert_eq!(ahead.kept_by(block, 16), Some(0));
        });
    }

    #[test]
    fn the_last_that_was_carved_grows_and_goes_back() {
        with_room(|ahead, block| {
            let (first, last) = (ahead.carve(layout(8, 8)), ahead.carve(layout(8, 8)));
            let (Some(first), Some(last)) = (first, last) else {
                panic!("48 bytes have room for them")
            };
            // SAFETY: rule 2 (handle.rs): the block belongs to this test.
            unsafe { last.write_bytes(7, 8) };
            assert!(!ahead.take_back(first, layout(8, 8)));
            // SAFETY: rule 2: as above.
            let grown = unsafe { ahead.grow_carved(last, layout(8, 8), layout(24, 8)) };
            assert_eq!(grown, Some(block.map_addr(|address| address.saturating_add(32))));
            // SAFETY: rule 2: as above.
            assert_eq!(unsafe { grown.unwrap().cast::<[u8; 8]>().read() }, [7; 8]);
            // SAFETY: rule 2: as above.
            assert_eq!(unsafe { ahead.grow_carved(first, layout(8, 8), layout(9, 8)) }, None);
            assert!(
                ahead.take_back(grown.unwrap(), layout(24, 8))
                    && ahead.take_back(first, layout(8, 8))
            );
            assert_eq!(ahead.kept_by(block, 16), Some(48));
        });
    }

    #[test]
    fn what_does_not_fit_takes_nothing() {
        with_room(|ahead, block| {
            for (size, align) in [(49, 1), (1, 64), (usize::MAX / 4, 1), (33, 32)] {
                assert_eq!(ahead.carve(layout(size, align)), None, "{size} {align}");
            }
            assert_eq!(ahead.kept_by(block, 16), Some(48));
        });
    }

    #[test]
    fn room_without_a_block_has_no_owner() {
        with_room(|ahead, block| {
            // SAFETY: rule 2 (handle.rs): the block was kept with this size, and nothing else uses
            // it.
            unsafe { ahead.inherit(block, 64) };
            assert_eq!(ahead.kept_by(block, 16), None);
            assert_eq!(ahead.carve(layout(64, 64)), Some(block));
            assert_eq!((ahead.kept_by(block, 16), ahead.bytes()), (None, 0));
        });
    }
}
