//! The iterators of [`VecDeque`].

use core::fmt;
use core::ops::Range;

use allocator_api2::alloc::Allocator;

use super::{FULL, VecDeque};

/// Defines an iterator over full slots that knows its length.
macro_rules! full_slots {
    ($(#[$doc:meta])* $name:ident($inner:ty) gives $item:ty) => {
        $(#[$doc])*
        pub struct $name<'d, T>(pub(super) $inner, pub(super) usize);

        impl<'d, T> Iterator for $name<'d, T> {
            type Item = $item;

            fn next(&mut self) -> Option<$item> {
                let slot = self.0.next()?;
                self.1 -= 1;
                Some(slot.into_iter().next().expect(FULL))
            }

            fn size_hint(&self) -> (usize, Option<usize>) {
                (self.1, Some(self.1))
            }
        }

        impl<'d, T> DoubleEndedIterator for $name<'d, T> {
            fn next_back(&mut self) -> Option<$item> {
                let slot = self.0.next_back()?;
                self.1 -= 1;
                Some(slot.into_iter().next().expect(FULL))
            }
        }

        impl<T> ExactSizeIterator for $name<'_, T> {}
        impl<T> core::iter::FusedIterator for $name<'_, T> {}

        impl<T> fmt::Debug for $name<'_, T> {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.debug_struct(stringify!($name)).field("len", &self.1).finish()
            }
        }
    };
}

type Both<I> = core::iter::Chain<I, I>;

full_slots! {
    /// An iterator over the elements of a deque. [`VecDeque::iter`] creates it.
    Iter(Both<core::slice::Iter<'d, Option<T>>>) gives &'d T
}

full_slots! {
    /// A mutable iterator over the elements of a deque. [`VecDeque::iter_mut`] creates it.
    IterMut(Both<core::slice::IterMut<'d, Option<T>>>) gives &'d mut T
}

impl<T> Clone for Iter<'_, T> {
    fn clone(&self) -> Self {
        Self(self.0.clone(), self.1)
    }
}

/// An iterator that removes elements from a deque. [`VecDeque::drain`] creates it.
pub struct Drain<'d, T, A: Allocator> {
    /// Rotated so that the range is at its front. Its length is 0 while the iterator exists.
    pub(super) ring: &'d mut VecDeque<T, A>,
    /// The indices left to yield, of the first `removed`.
    pub(super) taken: Range<usize>,
    pub(super) removed: usize,
    pub(super) kept: usize,
    /// How many of the kept elements were before the range. They are the last ones in the ring.
    pub(super) before: usize,
}

impl<T, A: Allocator> Drain<'_, T, A> {
    fn take(&mut self, index: usize) -> Option<T> {
        let slot = self.ring.slot(index);
        self.ring.slots[slot].take()
    }
}

impl<T, A: Allocator> Iterator for Drain<'_, T, A> {
    type Item = T;

    fn next(&mut self) -> Option<T> {
        let index = self.taken.next()?;
        self.take(index)
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.taken.size_hint()
    }
}

impl<T, A: Allocator> DoubleEndedIterator for Drain<'_, T, A> {
    fn next_back(&mut self) -> Option<T> {
        let index = self.taken.next_back()?;
        self.take(index)
    }
}

impl<T, A: Allocator> ExactSizeIterator for Drain<'_, T, A> {}
impl<T, A: Allocator> core::iter::FusedIterator for Drain<'_, T, A> {}

impl<T, A: Allocator> Drop for Drain<'_, T, A> {
    fn drop(&mut self) {
        /// Restores the ring, even if an element panics when it is dropped.
        struct Whole<'w, 'd, T, A: Allocator>(&'w mut Drain<'d, T, A>);
        impl<T, A: Allocator> Drop for Whole<'_, '_, T, A> {
            fn drop(&mut self) {
                let Drain { removed, kept, before, .. } = *self.0;
                let ring = &mut *self.0.ring;
                (ring.head, ring.len) = (ring.slot(removed), kept);
                ring.rotate_right(before);
            }
        }
        let whole = Whole(self);
        whole.0.by_ref().for_each(drop);
    }
}

impl<T, A: Allocator> fmt::Debug for Drain<'_, T, A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Drain").field("len", &self.taken.len()).finish()
    }
}

/// An iterator that owns the elements of a deque.
pub struct IntoIter<T, A: Allocator>(pub(super) VecDeque<T, A>);

impl<T, A: Allocator> Iterator for IntoIter<T, A> {
    type Item = T;

    fn next(&mut self) -> Option<T> {
        self.0.pop_front()
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        (self.0.len, Some(self.0.len))
    }
}

impl<T, A: Allocator> DoubleEndedIterator for IntoIter<T, A> {
    fn next_back(&mut self) -> Option<T> {
        self.0.pop_back()
    }
}

impl<T, A: Allocator> ExactSizeIterator for IntoIter<T, A> {}
impl<T, A: Allocator> core::iter::FusedIterator for IntoIter<T, A> {}

impl<T: fmt::Debug, A: Allocator> fmt::Debug for IntoIter<T, A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("IntoIter").field(&self.0).finish()
    }
}
