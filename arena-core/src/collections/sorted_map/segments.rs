//! Sorted elements in segments of one `Vec`, the storage of [`SortedMap`](super::SortedMap).
//!
//! In a sorted `Vec`, an insertion moves all elements after the new one. Here each segment has free
//! room, so an insertion usually moves a few elements within one segment.
//!
//! If a segment is full or became empty, the elements of a window around it are spread evenly over
//! the window's segments. This is a packed-memory array. The window is the smallest one that is
//! neither too full nor too empty, and wider windows have narrower bounds.
//!
//! So after a spread, the window has room for a number of changes in proportion to its width. A
//! change costs O(log² n) moves amortised, in any order of keys that a client sends.
//!
//! **Invariant:** no segment is empty.

use core::cmp::Ordering;

use allocator_api2::alloc::Allocator;
use allocator_api2::vec::Vec;
use arrayvec::ArrayVec;

/// The most elements of a segment.
pub(super) const ROOM: usize = 16;

pub(super) type Segment<T> = ArrayVec<T, ROOM>;

/// The place of an element, or the place where it would be inserted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct At {
    segment: usize,
    index: usize,
}

pub(super) struct Segments<T, A: Allocator> {
    segments: Vec<Segment<T>, A>,
    len: usize,
}

/// Returns the bound of the elements of one segment, times 64, for a window of the share `level /
/// levels` of all segments. The bound goes from `at_one` for a single segment to `at_all` for all
/// segments.
fn bound(at_one: usize, at_all: usize, level: usize, levels: usize) -> usize {
    (at_one * (levels - level) + at_all * level) * 64 / levels
}

impl<T, A: Allocator> Segments<T, A> {
    pub(super) fn new_in(arena: A) -> Self {
        Self { segments: Vec::new_in(arena), len: 0 }
    }

    pub(super) fn allocator(&self) -> &A {
        self.segments.allocator()
    }

    pub(super) fn len(&self) -> usize {
        self.len
    }

    pub(super) fn all(&self) -> &[Segment<T>] {
        &self.segments
    }

    pub(super) fn all_mut(&mut self) -> &mut [Segment<T>] {
        &mut self.segments
    }

    pub(super) fn into_all(self) -> Vec<Segment<T>, A> {
        self.segments
    }

    pub(super) fn clear(&mut self) {
        self.len = 0;
        self.segments.clear();
    }

    /// Returns the element at an occupied place.
    pub(super) fn at(&self, at: At) -> &T {
        &self.segments[at.segment][at.index]
    }

    /// Like [`at`](Self::at), but returns a mutable reference.
    pub(super) fn at_mut(&mut self, at: At) -> &mut T {
        &mut self.segments[at.segment][at.index]
    }

    pub(super) fn start() -> At {
        At { segment: 0, index: 0 }
    }

    /// Returns the place after the last element.
    pub(super) fn end(&self) -> At {
        match self.segments.last() {
            Some(last) => At { segment: self.segments.len() - 1, index: last.len() },
            None => Self::start(),
        }
    }

    pub(super) fn behind(at: At) -> At {
        At { index: at.index + 1, ..at }
    }

    /// Returns the place of the last element.
    pub(super) fn last(&self) -> Option<At> {
        let end = self.end();
        Some(At { index: end.index.checked_sub(1)?, ..end })
    }

    /// Returns the place of the element for which `compare` returns `Equal`, or the place where it
    /// would be inserted.
    pub(super) fn search(&self, mut compare: impl FnMut(&T) -> Ordering) -> Result<At, At> {
        let behind = self
            .segments
            .partition_point(|segment| segment.first().is_some_and(|first| compare(first).is_le()));
        let Some(segment) = behind.checked_sub(1) else { return Err(Self::start()) };
        match self.segments[segment].binary_search_by(compare) {
            Ok(index) => Ok(At { segment, index }),
            Err(index) => Err(At { segment, index }),
        }
    }

    /// Inserts an element at a place, and returns its final place.
    pub(super) fn insert(&mut self, at: At, element: T) -> At {
        let at = if at == self.end() && self.segments.last().is_none_or(Segment::is_full) {
            // Insertions in ascending order fill each segment completely, and move nothing.
            self.segments.push(Segment::new());
            At { segment: self.segments.len() - 1, index: 0 }
        } else if self.segments[at.segment].is_full() {
            self.make_room(at)
        } else {
            at
        };
        self.segments[at.segment].insert(at.index, element);
        self.len += 1;
        at
    }

    /// Removes the element at an occupied place.
    pub(super) fn remove(&mut self, at: At) -> T {
        let element = self.segments[at.segment].remove(at.index);
        self.len -= 1;
        if self.segments[at.segment].is_empty() {
            self.fill(at.segment);
        }
        element
    }

    /// Keeps the elements for which `keep` returns `true`. If `keep` panics, the elements that it
    /// has not rejected stay.
    pub(super) fn retain(&mut self, mut keep: impl FnMut(&mut T) -> bool) {
        struct Whole<'s, T, A: Allocator>(&'s mut Segments<T, A>);
        impl<T, A: Allocator> Drop for Whole<'_, T, A> {
            fn drop(&mut self) {
                self.0.segments.retain(|segment| !segment.is_empty());
                self.0.len = self.0.segments.iter().map(ArrayVec::len).sum();
            }
        }
        let whole = Whole(self);
        whole.0.segments.iter_mut().for_each(|segment| segment.retain(&mut keep));
    }

    /// Makes room at each place of a window around a full segment, and returns the new place. If no
    /// window has room, spreads all elements over more segments.
    #[cold]
    fn make_room(&mut self, at: At) -> At {
        let window = self.window(at.segment, |count, width, level, levels| {
            (count + 1) * 64 <= width * bound(ROOM - 1, ROOM * 3 / 4, level, levels)
        });
        let (start, count, width) = window.unwrap_or_else(|| {
            let (old, more) = (self.segments.len(), (self.segments.len() / 2).max(1));
            // The allocation comes first, because it can panic, and no segment is empty yet.
            self.segments.reserve(more);
            self.segments.resize_with(old + more, Segment::new);
            (0, self.len, old + more)
        });
        let before: usize = self.segments[start..at.segment].iter().map(ArrayVec::len).sum();
        self.pack(start, start + width);
        self.spread(start, count, width);
        self.place(start, before + at.index)
    }

    /// Returns the place that has `before` elements before it, counted from segment `start` on.
    fn place(&self, start: usize, before: usize) -> At {
        let (mut segment, mut index) = (start, before);
        while index > self.segments[segment].len() {
            index -= self.segments[segment].len();
            segment += 1;
        }
        At { segment, index }
    }

    /// Spreads a window around a segment that became empty. If no window has enough elements,
    /// spreads all elements over fewer segments.
    #[cold]
    fn fill(&mut self, empty: usize) {
        if empty == self.segments.len() - 1 {
            self.segments.pop();
            return;
        }
        let window = self.window(empty, |count, width, level, levels| {
            count * 64 >= width * bound(1, ROOM / 4, level, levels)
        });
        let (start, count, width) = window.unwrap_or((0, self.len, self.len.div_ceil(ROOM / 2)));
        let end = if window.is_some() { start + width } else { self.segments.len() };
        self.pack(start, end);
        if window.is_none() {
            self.segments.truncate(width);
        }
        self.spread(start, count, width);
    }

    /// Returns the start, the number of elements and the width of the smallest window around a
    /// segment for which `fits` returns `true`. `fits` takes the number of elements, the width, the
    /// level and the number of levels.
    fn window(
        &self,
        around: usize,
        fits: impl Fn(usize, usize, usize, usize) -> bool,
    ) -> Option<(usize, usize, usize)> {
        let all = self.segments.len();
        let levels = (all.next_power_of_two().trailing_zeros() as usize).max(1);
        let (mut start, mut end, mut count) = (around, around + 1, self.segments[around].len());
        for level in 1..=levels {
            let new_start = around >> level << level;
            let new_end = (new_start + (1 << level)).min(all);
            let beside = self.segments[new_start..start].iter().chain(&self.segments[end..new_end]);
            count += beside.map(ArrayVec::len).sum::<usize>();
            (start, end) = (new_start, new_end);
            if fits(count, end - start, level, levels) {
                return Some((start, count, end - start));
            }
        }
        None
    }

    /// Moves the elements of a window to its start.
    fn pack(&mut self, start: usize, end: usize) {
        let mut to = start;
        for from in start + 1..end {
            let (before, rest) = self.segments[..end].split_at_mut(from);
            let source = &mut rest[0];
            while to < from && !source.is_empty() {
                let moved = before[to].remaining_capacity().min(source.len());
                before[to].extend(source.drain(..moved));
                to += usize::from(before[to].is_full());
            }
        }
    }

    /// Spreads `count` elements evenly over the `width` segments of a window. The elements are at
    /// its start.
    fn spread(&mut self, start: usize, count: usize, width: usize) {
        let (each, more) = (count / width, count % width);
        let mut from = width - 1;
        for to in (0..width).rev() {
            let share = each + usize::from(to < more);
            from = from.min(to);
            let (before, rest) = self.segments[start..start + width].split_at_mut(to);
            let target = &mut rest[0];
            // The loop fills the segment from its last element to its first.
            target.reverse();
            while target.len() < share {
                from = from.min(to - 1);
                match before[from].pop() {
                    Some(element) => target.push(element),
                    None => from -= 1,
                }
            }
            target.reverse();
        }
    }
}

impl<T: Clone, A: Allocator + Clone> Clone for Segments<T, A> {
    fn clone(&self) -> Self {
        Self { segments: self.segments.clone(), len: self.len }
    }
}

/// Returns the elements between two places: a part of a segment, whole segments, and a part.
pub(super) fn between<T>(all: &[Segment<T>], start: At, end: At) -> (&[T], &[Segment<T>], &[T]) {
    let end = end.max(start);
    if start.segment == end.segment {
        return (
            all.get(start.segment).map_or(&[], |segment| &segment[start.index..end.index]),
            &[],
            &[],
        );
    }
    let (first, last) = (&all[start.segment], &all[end.segment]);
    (&first[start.index..], &all[start.segment + 1..end.segment], &last[..end.index])
}

/// Like [`between`], but returns mutable references.
pub(super) fn between_mut<T>(
    all: &mut [Segment<T>],
    start: At,
    end: At,
) -> (&mut [T], &mut [Segment<T>], &mut [T]) {
    let end = end.max(start);
    if start.segment == end.segment {
        let part = all.get_mut(start.segment).map(|segment| &mut segment[start.index..end.index]);
        return (part.unwrap_or_default(), &mut [], &mut []);
    }
    let (before, last) = all[start.segment..].split_at_mut(end.segment - start.segment);
    let (first, middle) = before.split_at_mut(1);
    (&mut first[0][start.index..], middle, &mut last[0][..end.index])
}
