//! The memory of the process over time: a bounded ring of points. Each request for the page adds
//! one, at most one a second.
//!
//! Nothing runs in the background. Without requests for the page there is no history and no cost.

use core::time::Duration;
use std::collections::VecDeque;

use serde::Serialize;

use crate::snapshot::Snapshot;

/// The most points in the ring, which drops the oldest: ten minutes of a page that refreshes every
/// two seconds.
pub(super) const MOST_POINTS: usize = 300;

/// A request adds no point if the last one is younger than this.
const LEAST_INTERVAL: Duration = Duration::from_secs(1);

/// The process's memory at one moment, in bytes. Unknown figures are `None`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub(super) struct Point {
    /// The time since the page was made.
    #[serde(skip)]
    pub(super) at: Duration,
    /// The wall-clock time, in milliseconds since 1970.
    pub(super) unix_ms: u64,
    /// Chunks that open scopes hold.
    pub(super) arena_in_use_bytes: u64,
    /// Chunks that wait in the pool.
    pub(super) arena_retained_bytes: u64,
    /// All other allocated memory, by the allocator's figures. Without them, anonymous memory
    /// without the arenas.
    pub(super) heap_bytes: Option<u64>,
    /// Resident memory of the allocator beyond allocated memory.
    pub(super) allocator_overhead_bytes: Option<u64>,
    /// Pages of mapped files, such as code and data.
    pub(super) page_cache_bytes: Option<u64>,
}

impl Point {
    pub(super) fn of(snapshot: &Snapshot, at: Duration, unix_ms: u64) -> Self {
        let arena_in_use_bytes = snapshot.report.sites.iter().map(|site| site.in_use_bytes).sum();
        let arena_retained_bytes = snapshot.report.pool.retained_bytes as u64;
        let allocator = snapshot.allocator.as_ref();
        let process = snapshot.process.as_ref();
        let all = allocator
            .map(|allocator| allocator.allocated_bytes)
            .or(process.map(|process| process.anonymous_bytes));
        Self {
            at,
            unix_ms,
            arena_in_use_bytes,
            arena_retained_bytes,
            heap_bytes: all
                .map(|all| all.saturating_sub(arena_in_use_bytes + arena_retained_bytes)),
            allocator_overhead_bytes: allocator.map(|allocator| {
                allocator.resident_bytes.saturating_sub(allocator.allocated_bytes)
            }),
            page_cache_bytes: process.map(|process| process.file_bytes),
        }
    }
}

/// A ring of points.
#[derive(Debug, Default)]
pub(super) struct History {
    points: VecDeque<Point>,
}

impl History {
    /// Adds the point, unless the last one is less than a second older.
    pub(super) fn offer(&mut self, point: Point) {
        if self.points.back().is_some_and(|last| point.at.saturating_sub(last.at) < LEAST_INTERVAL)
        {
            return;
        }
        if self.points.len() == MOST_POINTS {
            self.points.pop_front();
        }
        self.points.push_back(point);
    }

    /// The points, the oldest first.
    pub(super) fn points(&self) -> Vec<Point> {
        self.points.iter().copied().collect()
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// A point with figures that grow with time.
    pub(crate) fn point(millis: u64) -> Point {
        Point {
            at: Duration::from_millis(millis),
            unix_ms: 1_700_000_000_000 + millis,
            arena_in_use_bytes: 1000 + millis,
            arena_retained_bytes: 2000,
            heap_bytes: Some(3000),
            allocator_overhead_bytes: None,
            page_cache_bytes: Some(4000),
        }
    }

    #[test]
    fn many_looks_in_one_second_leave_one_point() {
        let mut history = History::default();
        [0, 1, 500, 999, 1000, 1999, 2500]
            .into_iter()
            .for_each(|millis| history.offer(point(millis)));
        let kept: Vec<_> = history.points().iter().map(|point| point.at.as_millis()).collect();
        assert_eq!(kept, [0, 1000, 2500]);
    }

    #[test]
    fn the_ring_is_bounded_and_the_oldest_goes() {
        let mut history = History::default();
        (0..MOST_POINTS as u64 + 10).for_each(|second| history.offer(point(second * 1000)));
        let points = history.points();
        assert_eq!(points.len(), MOST_POINTS);
        assert_eq!(points[0].at, Duration::from_secs(10));
    }

    #[test]
    fn what_nobody_could_tell_is_none_and_the_heap_is_without_the_arenas() {
        let mut snapshot = Snapshot::take();
        (snapshot.allocator, snapshot.process) = (None, None);
        snapshot.report.pool.retained_bytes = 500;
        let point = Point::of(&snapshot, Duration::ZERO, 0);
        assert_eq!(
            (point.heap_bytes, point.allocator_overhead_bytes, point.page_cache_bytes),
            (None, None, None)
        );
        assert_eq!(point.arena_retained_bytes, 500);
    }
}
