//! A double-ended queue: a ring buffer in one `Vec`, without unsafe code.

use core::ops::{Bound, RangeBounds};

use allocator_api2::alloc::Allocator;
use allocator_api2::collections::TryReserveError;
use allocator_api2::vec::Vec;

mod iter;
mod traits;

pub use iter::{Drain, IntoIter, Iter, IterMut};

/// A double-ended queue in an arena. See [`collections`](crate::collections) for the aliases to
/// use.
///
/// ```
/// use request_arena_core::{Site, collections::VecDeque, scope};
///
/// static SITE: Site = Site::new("deque", module_path!(), file!(), line!());
/// scope(&SITE, |arena| {
///     let mut open = VecDeque::new_in(&arena);
///     open.extend([1, 2, 3]);
///     open.push_front(0);
///     assert_eq!((open.pop_front(), open.pop_back()), (Some(0), Some(3)));
///     assert_eq!(open, [1, 2]);
/// });
/// ```
///
/// # Cost
///
/// Pushing is O(1) amortised. Popping and access by index are O(1).
///
/// An element takes the room of an `Option<T>`. That is no more than `T` for references, boxes and
/// collections, and up to twice `T` for integers. Because of it, the elements do not form a slice,
/// and there is no `as_slices`.
pub struct VecDeque<T, A: Allocator> {
    /// The ring. The elements are the `len` slots from `head` on, and wrap around the end. Any
    /// other slot has no element: it is `None`, or holds a value that a forgotten [`Drain`] left.
    slots: Vec<Option<T>, A>,
    head: usize,
    len: usize,
}

/// The message of an `expect` on the slot of an element.
const FULL: &str = "the slots of the elements are full";

impl<T, A: Allocator> VecDeque<T, A> {
    /// Creates an empty deque. It allocates nothing yet.
    #[must_use]
    pub fn new_in(arena: A) -> Self {
        Self { slots: Vec::new_in(arena), head: 0, len: 0 }
    }

    /// Creates an empty deque with room for `elements`.
    #[must_use]
    pub fn with_capacity_in(elements: usize, arena: A) -> Self {
        Self { slots: Vec::with_capacity_in(elements, arena), head: 0, len: 0 }
    }

    /// Returns the allocator of the elements.
    #[must_use]
    pub fn allocator(&self) -> &A {
        self.slots.allocator()
    }

    /// Returns the number of elements.
    #[must_use]
    pub fn len(&self) -> usize {
        self.len
    }

    /// Returns whether the deque has no element.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Returns the number of elements that fit without growing.
    #[must_use]
    pub fn capacity(&self) -> usize {
        self.slots.capacity()
    }

    /// Makes room for `more` elements.
    pub fn reserve(&mut self, more: usize) {
        self.slots.reserve(self.missing(more));
    }

    /// Makes room for `more` elements, or returns an error.
    ///
    /// # Errors
    ///
    /// Returns an error if the limit, the budget or the global allocator refuses a chunk. This
    /// needs [`Fallible`](crate::allocator::Fallible) as the allocator; the other allocators panic
    /// at the limit.
    pub fn try_reserve(&mut self, more: usize) -> Result<(), TryReserveError> {
        self.slots.try_reserve(self.missing(more))
    }

    /// Returns the number of slots that the ring lacks for `more` elements.
    fn missing(&self, more: usize) -> usize {
        more.saturating_sub(self.slots.len() - self.len)
    }

    /// Returns unused capacity to the arena.
    ///
    /// The arena can use the memory again if the deque is its last allocation. Cost: a copy of the
    /// elements.
    pub fn shrink_to_fit(&mut self) {
        self.unwind();
        self.slots.truncate(self.len);
        self.slots.shrink_to_fit();
    }

    /// Returns the slot of an element.
    fn slot(&self, index: usize) -> usize {
        // This does not overflow: `slots` is at most `isize::MAX` bytes, and a slot takes one or
        // more.
        let slot = self.head + index;
        if slot < self.slots.len() { slot } else { slot - self.slots.len() }
    }

    /// Rotates the ring until its first element is in the first slot.
    fn unwind(&mut self) {
        self.slots.rotate_left(self.head);
        self.head = 0;
    }

    /// Makes the ring larger if it is full.
    fn make_room(&mut self) {
        if self.len < self.slots.len() {
            return;
        }
        // The allocation comes first, because it can panic.
        if self.slots.len() == self.slots.capacity() {
            self.slots.reserve(1);
        }
        self.unwind();
        self.slots.resize_with(self.slots.capacity(), || None);
    }

    /// Appends an element.
    pub fn push_back(&mut self, element: T) {
        self.make_room();
        let slot = self.slot(self.len);
        self.slots[slot] = Some(element);
        self.len += 1;
    }

    /// Prepends an element.
    pub fn push_front(&mut self, element: T) {
        self.make_room();
        self.head = if self.head == 0 { self.slots.len() - 1 } else { self.head - 1 };
        self.slots[self.head] = Some(element);
        self.len += 1;
    }

    /// Removes the first element and returns it.
    pub fn pop_front(&mut self) -> Option<T> {
        self.len = self.len.checked_sub(1)?;
        let first = self.head;
        self.head = self.slot(1);
        self.slots[first].take()
    }

    /// Removes the last element and returns it.
    pub fn pop_back(&mut self) -> Option<T> {
        self.len = self.len.checked_sub(1)?;
        let slot = self.slot(self.len);
        self.slots[slot].take()
    }

    /// Returns the element at `index`.
    #[must_use]
    pub fn get(&self, index: usize) -> Option<&T> {
        if index < self.len { self.slots[self.slot(index)].as_ref() } else { None }
    }

    /// Returns a mutable reference to the element at `index`.
    #[must_use]
    pub fn get_mut(&mut self, index: usize) -> Option<&mut T> {
        let slot = self.slot(index.min(self.len));
        if index < self.len { self.slots[slot].as_mut() } else { None }
    }

    /// Returns the first element.
    #[must_use]
    pub fn front(&self) -> Option<&T> {
        self.get(0)
    }

    /// Returns a mutable reference to the first element.
    #[must_use]
    pub fn front_mut(&mut self) -> Option<&mut T> {
        self.get_mut(0)
    }

    /// Returns the last element.
    #[must_use]
    pub fn back(&self) -> Option<&T> {
        self.get(self.len.checked_sub(1)?)
    }

    /// Returns a mutable reference to the last element.
    #[must_use]
    pub fn back_mut(&mut self) -> Option<&mut T> {
        self.get_mut(self.len.checked_sub(1)?)
    }

    /// Swaps two elements.
    ///
    /// # Panics
    ///
    /// Panics if an index is out of bounds.
    pub fn swap(&mut self, a: usize, b: usize) {
        assert!(a < self.len && b < self.len, "index {} of a deque of {}", a.max(b), self.len);
        let (a, b) = (self.slot(a), self.slot(b));
        self.slots.swap(a, b);
    }

    /// Inserts an element before the element at `index`. Cost: moves the elements after it.
    ///
    /// # Panics
    ///
    /// Panics if `index` is greater than the length.
    pub fn insert(&mut self, index: usize, element: T) {
        assert!(index <= self.len, "index {index} of a deque of {}", self.len);
        self.push_back(element);
        for behind in (index + 1..self.len).rev() {
            self.swap(behind - 1, behind);
        }
    }

    /// Removes the element at `index` and returns it. Cost: moves the elements after it.
    pub fn remove(&mut self, index: usize) -> Option<T> {
        for behind in index.saturating_add(1)..self.len {
            self.swap(behind - 1, behind);
        }
        if index < self.len { self.pop_back() } else { None }
    }

    /// Removes all elements and keeps the capacity.
    pub fn clear(&mut self) {
        self.truncate(0);
    }

    /// Removes all elements except the first `len`.
    pub fn truncate(&mut self, len: usize) {
        while self.len > len {
            self.pop_back();
        }
    }

    /// Keeps the elements for which `keep` returns `true`, in their order.
    ///
    /// If `keep` panics, the deque keeps the current element and all elements after it.
    pub fn retain(&mut self, mut keep: impl FnMut(&T) -> bool) {
        self.retain_mut(|element| keep(element));
    }

    /// Like [`retain`](VecDeque::retain), but passes mutable references to `keep`.
    pub fn retain_mut(&mut self, mut keep: impl FnMut(&mut T) -> bool) {
        /// Rotates the ring by the elements that `keep` has not seen, which restores the order.
        struct Turn<'d, T, A: Allocator> {
            ring: &'d mut VecDeque<T, A>,
            left: usize,
        }
        impl<T, A: Allocator> Drop for Turn<'_, T, A> {
            fn drop(&mut self) {
                self.ring.rotate_left(self.left);
            }
        }
        let left = self.len;
        let mut turn = Turn { ring: self, left };
        while turn.left > 0 {
            let kept = turn.ring.front_mut().is_some_and(&mut keep);
            turn.left -= 1;
            if kept {
                turn.ring.rotate_left(1);
            } else {
                turn.ring.pop_front();
            }
        }
    }

    /// Moves the first `by` elements to the end. Cost: that many moves.
    ///
    /// # Panics
    ///
    /// Panics if `by` is greater than the length.
    pub fn rotate_left(&mut self, by: usize) {
        assert!(by <= self.len, "{by} of the {} elements of a deque cannot be moved", self.len);
        for _ in 0..by {
            let (first, behind) = (self.head, self.slot(self.len));
            self.slots.swap(first, behind);
            self.head = self.slot(1);
        }
    }

    /// Moves the last `by` elements to the front. Cost: that many moves.
    ///
    /// # Panics
    ///
    /// Panics if `by` is greater than the length.
    pub fn rotate_right(&mut self, by: usize) {
        assert!(by <= self.len, "{by} of the {} elements of a deque cannot be moved", self.len);
        for _ in 0..by {
            let last = self.slot(self.len - 1);
            self.head = self.slot(self.slots.len() - 1);
            self.slots.swap(last, self.head);
        }
    }

    /// Removes a range of elements and returns an iterator over them. The iterator drops the
    /// elements that it has not yielded.
    ///
    /// Cost: moves the elements before the range, twice. If the iterator is forgotten, the deque
    /// loses all elements.
    ///
    /// # Panics
    ///
    /// Panics if the range is out of bounds.
    pub fn drain(&mut self, range: impl RangeBounds<usize>) -> Drain<'_, T, A> {
        let start = match range.start_bound() {
            Bound::Included(&start) => start,
            Bound::Excluded(&before) => before.saturating_add(1),
            Bound::Unbounded => 0,
        };
        let end = match range.end_bound() {
            Bound::Included(&last) => last.saturating_add(1),
            Bound::Excluded(&end) => end,
            Bound::Unbounded => self.len,
        };
        assert!(start <= end && end <= self.len, "range {start}..{end} of a deque of {}", self.len);
        self.rotate_left(start);
        let kept = self.len - (end - start);
        self.len = 0;
        Drain { ring: self, taken: 0..end - start, removed: end - start, kept, before: start }
    }

    /// Moves the elements of another deque to the end of this one.
    pub fn append<B: Allocator>(&mut self, other: &mut VecDeque<T, B>) {
        self.reserve(other.len);
        self.extend(other.drain(..));
    }

    /// Returns an iterator over the elements, from the first to the last.
    pub fn iter(&self) -> Iter<'_, T> {
        let whole = self.slots.len().min(self.head + self.len);
        let (front, back) =
            (&self.slots[self.head..whole], &self.slots[..self.len - (whole - self.head)]);
        Iter(front.iter().chain(back), self.len)
    }

    /// Returns a mutable iterator over the elements, from the first to the last.
    pub fn iter_mut(&mut self) -> IterMut<'_, T> {
        let whole = self.slots.len().min(self.head + self.len);
        let around = self.len - (whole - self.head);
        let (back, front) = self.slots.split_at_mut(self.head);
        IterMut(front[..whole - self.head].iter_mut().chain(&mut back[..around]), self.len)
    }

    /// Returns whether an element equals `element`.
    pub fn contains(&self, element: &T) -> bool
    where
        T: PartialEq,
    {
        self.iter().any(|other| other == element)
    }
}
