//! The iterators of [`VecDeque`].

use core::fmt;
use core::ops::Range;

use allocator_api2::alloc::Allocator;

use super::{FULL, VecDeque};

/// An iterator over slots that are all full, and its length.
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
    /// The elements of a deque; see [`VecDeque::iter`].
    Iter(Both<core::slice::Iter<'d, Option<T>>>) gives &'d T
}

full_slots! {
    /// The elements of a deque, to be changed; see [`VecDeque::iter_mut`].
    IterMut(Both<core::slice::IterMut<'d, Option<T>>>) gives &'d mut T
}

impl<T> Clone for Iter<'_, T> {
    fn clone(&self) -> Self {
        Self(self.0.clone(), self.1)
    }
}

/// Elements that are taken out of a deque; see [`VecDeque::drain`].
pub struct Drain<'d, T, A: Allocator> {
    /// Turned so that the range is at its front, and of no length for the time being.
    pub(super) ring: &'d mut VecDeque<T, A>,
    /// What is left to be taken, of the first `removed`.
    pub(super) taken: Range<usize>,
    pub(super) removed: usize,
    pub(super) kept: usize,
    /// How many of the last that are kept were the first.
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
        /// Makes the ring whole, also if an element panics when it is dropped.
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

/// The elements of a deque that was given up.
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
