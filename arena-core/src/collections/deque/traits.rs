//! Implementations of the standard traits for [`VecDeque`].

use core::cmp::Ordering;
use core::fmt;
use core::hash::{Hash, Hasher};
use core::ops::{Index, IndexMut};

use allocator_api2::alloc::Allocator;

use super::{FULL, IntoIter, Iter, IterMut, VecDeque};

impl<T, A: Allocator> IntoIterator for VecDeque<T, A> {
    type Item = T;
    type IntoIter = IntoIter<T, A>;

    fn into_iter(self) -> IntoIter<T, A> {
        IntoIter(self)
    }
}

impl<'d, T, A: Allocator> IntoIterator for &'d VecDeque<T, A> {
    type Item = &'d T;
    type IntoIter = Iter<'d, T>;

    fn into_iter(self) -> Iter<'d, T> {
        self.iter()
    }
}

impl<'d, T, A: Allocator> IntoIterator for &'d mut VecDeque<T, A> {
    type Item = &'d mut T;
    type IntoIter = IterMut<'d, T>;

    fn into_iter(self) -> IterMut<'d, T> {
        self.iter_mut()
    }
}

impl<T, A: Allocator> Extend<T> for VecDeque<T, A> {
    fn extend<I: IntoIterator<Item = T>>(&mut self, elements: I) {
        let elements = elements.into_iter();
        self.reserve(elements.size_hint().0);
        elements.for_each(|element| self.push_back(element));
    }
}

impl<'e, T: Copy + 'e, A: Allocator> Extend<&'e T> for VecDeque<T, A> {
    fn extend<I: IntoIterator<Item = &'e T>>(&mut self, elements: I) {
        self.extend(elements.into_iter().copied());
    }
}

impl<T: Clone, A: Allocator + Clone> Clone for VecDeque<T, A> {
    fn clone(&self) -> Self {
        let mut clone = Self::new_in(self.allocator().clone());
        clone.extend(self.iter().cloned());
        clone
    }
}

impl<T, A: Allocator> Index<usize> for VecDeque<T, A> {
    type Output = T;

    fn index(&self, index: usize) -> &T {
        assert!(index < self.len, "index {index} of a deque of {}", self.len);
        self.get(index).expect(FULL)
    }
}

impl<T, A: Allocator> IndexMut<usize> for VecDeque<T, A> {
    fn index_mut(&mut self, index: usize) -> &mut T {
        assert!(index < self.len, "index {index} of a deque of {}", self.len);
        self.get_mut(index).expect(FULL)
    }
}

impl<T: fmt::Debug, A: Allocator> fmt::Debug for VecDeque<T, A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self).finish()
    }
}

impl<T: PartialEq, A: Allocator, B: Allocator> PartialEq<VecDeque<T, B>> for VecDeque<T, A> {
    fn eq(&self, other: &VecDeque<T, B>) -> bool {
        self.iter().eq(other)
    }
}

impl<T: PartialEq, A: Allocator, const N: usize> PartialEq<[T; N]> for VecDeque<T, A> {
    fn eq(&self, other: &[T; N]) -> bool {
        self.iter().eq(other)
    }
}

impl<T: Eq, A: Allocator> Eq for VecDeque<T, A> {}

impl<T: PartialOrd, A: Allocator> PartialOrd for VecDeque<T, A> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        self.iter().partial_cmp(other)
    }
}

impl<T: Ord, A: Allocator> Ord for VecDeque<T, A> {
    fn cmp(&self, other: &Self) -> Ordering {
        self.iter().cmp(other)
    }
}

impl<T: Hash, A: Allocator> Hash for VecDeque<T, A> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        state.write_usize(self.len);
        self.iter().for_each(|element| element.hash(state));
    }
}

#[cfg(feature = "serde")]
impl<T: serde::Serialize, A: Allocator> serde::Serialize for VecDeque<T, A> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self)
    }
}
