//! The pool: arenas between two scopes, in a small stack per thread, with one shared list for what overflows.
//!
//! A scope pops from its thread's stack without a lock, and what it pushes back is what the same thread takes
//! next, still warm in its cache. Tasks move between threads, so a thread can end more scopes than it
//! opened: its overflow goes to the shared list, from which an empty stack is served. What one stack holds another cannot reach, so
//! stacks are small, that the threads of a runtime soon have what they need between them. What leaves a full stack or a full list is its oldest arena.
//!
//! **Invariant:** the pool is bounded. A thread keeps at most [`THREAD_ARENAS`] arenas and
//! [`THREAD_BYTES`], the shared list at most [`SHARED_ARENAS`] and [`SHARED_BYTES`]; one arena keeps at
//! most [`ARENA_BYTES`], or twice its site's `initial` where that is more. The rest is freed and counted by reason.
//!
//! **Invariant:** a pooled arena holds at most one chunk, is empty, and has no limit.

use core::ops::RangeInclusive;
use std::cell::RefCell;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use bumpalo::Bump;

const ARENA_BYTES: usize = 1 << 20;
/// Up to here an arena is for everyone.
const SMALL_BYTES: usize = 64 << 10;
const THREAD_ARENAS: usize = 32;
const THREAD_BYTES: usize = 8 << 20;
const SHARED_ARENAS: usize = 256;
const SHARED_BYTES: usize = 64 << 20;

/// What is kept in one stack, as a reader on another thread sees it. Written by one thread, or under a lock.
#[derive(Default)]
struct Gauge {
    arenas: AtomicUsize,
    bytes: AtomicUsize,
}

impl Gauge {
    const fn new() -> Self {
        Self { arenas: AtomicUsize::new(0), bytes: AtomicUsize::new(0) }
    }
}

/// A bounded stack of empty arenas.
struct Stack<G> {
    arenas: Vec<Bump>,
    bytes: usize,
    gauge: G,
}

impl<G: core::borrow::Borrow<Gauge>> Stack<G> {
    /// The newest arena whose capacity is in this range: nearly always the newest of all.
    #[inline]
    fn pop(&mut self, capacity: &RangeInclusive<usize>) -> Option<Bump> {
        let index = self.arenas.iter().rposition(|bump| capacity.contains(&bump.allocated_bytes()))?;
        let bump = self.arenas.remove(index);
        self.bytes -= bump.allocated_bytes();
        self.publish();
        Some(bump)
    }

    fn push(&mut self, bump: Bump) {
        self.bytes += bump.allocated_bytes();
        self.arenas.push(bump);
        self.publish();
    }

    /// The oldest arena, while the stack is over its bounds. What came back last is what is in use, and in the cache; what
    /// nobody has taken for long must not keep its place from it.
    #[inline]
    fn evict(&mut self, most_arenas: usize, most_bytes: usize) -> Option<Bump> {
        if self.arenas.len() <= most_arenas && self.bytes <= most_bytes {
            return None;
        }
        let oldest = self.arenas.remove(0);
        self.bytes -= oldest.allocated_bytes();
        self.publish();
        Some(oldest)
    }

    fn publish(&self) {
        let gauge: &Gauge = self.gauge.borrow();
        gauge.arenas.store(self.arenas.len(), Ordering::Relaxed);
        gauge.bytes.store(self.bytes, Ordering::Relaxed);
    }
}

/// The stack of one thread; at the thread's end it is freed and leaves the list of gauges.
struct ThreadStack(Stack<Arc<Gauge>>);

impl ThreadStack {
    fn new() -> Self {
        let gauge = Arc::new(Gauge::new());
        lock(&GAUGES).push(Arc::clone(&gauge));
        Self(Stack { arenas: Vec::new(), bytes: 0, gauge })
    }
}

impl Drop for ThreadStack {
    fn drop(&mut self) {
        lock(&GAUGES).retain(|gauge| !Arc::ptr_eq(gauge, &self.0.gauge));
    }
}

thread_local! {
    static STACK: RefCell<ThreadStack> = RefCell::new(ThreadStack::new());
}

static SHARED: Mutex<Stack<Gauge>> = Mutex::new(Stack { arenas: Vec::new(), bytes: 0, gauge: Gauge::new() });
static GAUGES: Mutex<Vec<Arc<Gauge>>> = Mutex::new(Vec::new());
static TOO_LARGE: AtomicU64 = AtomicU64::new(0);
static TOO_SMALL: AtomicU64 = AtomicU64::new(0);
static POOL_FULL: AtomicU64 = AtomicU64::new(0);

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// What a scope asks of the pool, in bytes.
#[derive(Clone, Copy)]
pub(crate) struct Wanted {
    /// Room that its arena has in one chunk, from the start.
    pub(crate) initial: usize,
    /// The most that its arena may hold.
    pub(crate) limit: usize,
    /// The largest chunk that its site has left to the pool: what it takes if it can.
    pub(crate) usual: usize,
}

/// An empty arena, and the number of chunks that were asked of the global allocator for it (0 or 1).
///
/// It has room for `initial` bytes, and at most `limit` bytes of capacity, since `bumpalo` stops enforcing a limit that the
/// capacity exceeds. More than a quarter of the limit comes only from `initial`: a pooled arena's whole capacity counts against
/// the limit, used or not, and what a scope is refused should not depend on what ran before it. And a site that never needed
/// a large arena leaves the large ones to those that do.
#[inline]
pub(crate) fn take(wanted: Wanted) -> (Bump, usize) {
    let Wanted { initial, limit, usual } = wanted;
    let large = usual.max(SMALL_BYTES).max(initial.saturating_mul(2));
    let fitting = match limit {
        usize::MAX => initial..=large,
        _ => {
            let initial = initial.min(largest_chunk(limit));
            initial..=large.min(limit / 4).max(initial)
        }
    };
    match pop(&fitting) {
        Some(bump) => (bump, 0),
        None => elsewhere(&fitting),
    }
}

/// From this thread's stack. After the end of the thread's locals (a scope in another local's destructor) there is none.
#[inline]
fn pop(capacity: &RangeInclusive<usize>) -> Option<Bump> {
    STACK.try_with(|stack| stack.borrow_mut().0.pop(capacity)).ok().flatten()
}

#[cold]
fn elsewhere(fitting: &RangeInclusive<usize>) -> (Bump, usize) {
    if let Some(bump) = lock(&SHARED).pop(fitting) {
        return (bump, 0);
    }
    // One that is too small makes place, so that in time the pool has those of the size that is asked for.
    if *fitting.start() > 0 && pop(&(0..=fitting.start() - 1)).is_some() {
        TOO_SMALL.fetch_add(1, Ordering::Relaxed);
    }
    fresh(*fitting.start())
}

fn fresh(wanted: usize) -> (Bump, usize) {
    if wanted == 0 {
        return (Bump::new(), 0);
    }
    // If memory is short, the first allocation asks for what it needs, and gets its error if that fails too.
    Bump::try_with_capacity(wanted).map_or_else(|_| (Bump::new(), 0), |bump| (bump, 1))
}

/// The most that one chunk can hold under a limit: `bumpalo` rounds its chunks, with 64 bytes for book-keeping, up to a power of two, or from
/// a page on up to whole pages.
fn largest_chunk(limit: usize) -> usize {
    const OVERHEAD: usize = 64;
    const PAGE: usize = 4096;
    let whole = limit.saturating_add(OVERHEAD);
    let rounded = if whole < PAGE { (whole + 1).next_power_of_two() / 2 } else { whole / PAGE * PAGE };
    // The smallest chunk has 448 bytes.
    if rounded < 512 { 0 } else { rounded - OVERHEAD }
}

/// Resets an arena and keeps its last chunk for a later scope, as far as the bounds allow. Returns the bytes that were kept.
#[inline]
pub(crate) fn give_back(mut bump: Bump, initial: usize) -> usize {
    bump.reset();
    bump.set_allocation_limit(None);
    let capacity = bump.allocated_bytes();
    if capacity == 0 {
        return 0;
    }
    if capacity > ARENA_BYTES.max(initial.saturating_mul(2)) {
        TOO_LARGE.fetch_add(1, Ordering::Relaxed);
        return 0;
    }
    let mut bump = Some(bump);
    let oldest = STACK.try_with(|stack| {
        let stack = &mut stack.borrow_mut().0;
        if let Some(bump) = bump.take() {
            stack.push(bump);
        }
        stack.evict(THREAD_ARENAS, THREAD_BYTES)
    });
    // After the end of the thread's locals it goes to the shared list itself.
    if let Some(out) = bump.or(oldest.ok().flatten()) {
        overflow(out);
    }
    capacity
}

#[cold]
fn overflow(mut out: Bump) {
    loop {
        share(out);
        match STACK.try_with(|stack| stack.borrow_mut().0.evict(THREAD_ARENAS, THREAD_BYTES)) {
            Ok(Some(next)) => out = next,
            Ok(None) | Err(_) => return,
        }
    }
}

fn share(bump: Bump) {
    lock(&SHARED).push(bump);
    loop {
        // A statement of its own: the arena that is freed is freed after the lock is.
        let oldest = lock(&SHARED).evict(SHARED_ARENAS, SHARED_BYTES);
        if oldest.is_none() {
            return;
        }
        POOL_FULL.fetch_add(1, Ordering::Relaxed);
    }
}

/// What the pool holds at this moment, and what it has freed rather than kept.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct PoolReport {
    /// Empty arenas that wait for a scope, on all threads.
    pub retained_arenas: usize,
    /// Bytes of chunks that they keep.
    pub retained_bytes: usize,
    /// Arenas freed at a scope's end because one chunk alone was over the bound for one arena.
    pub discarded_too_large: u64,
    /// Arenas freed when a scope opened that asks for more room than they have, with its `initial`.
    pub discarded_too_small: u64,
    /// Arenas freed at a scope's end because the thread's stack and the shared list were full: those that waited longest.
    pub discarded_pool_full: u64,
}

impl PoolReport {
    pub(crate) fn read() -> Self {
        let mut report = Self {
            retained_arenas: 0,
            retained_bytes: 0,
            discarded_too_large: TOO_LARGE.load(Ordering::Relaxed),
            discarded_too_small: TOO_SMALL.load(Ordering::Relaxed),
            discarded_pool_full: POOL_FULL.load(Ordering::Relaxed),
        };
        let mut add = |gauge: &Gauge| {
            report.retained_arenas += gauge.arenas.load(Ordering::Relaxed);
            report.retained_bytes += gauge.bytes.load(Ordering::Relaxed);
        };
        lock(&GAUGES).iter().for_each(|gauge| add(gauge));
        add(&lock(&SHARED).gauge);
        report
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn take(initial: usize, limit: usize) -> (Bump, usize) {
        super::take(Wanted { initial, limit, usual: ARENA_BYTES })
    }

    fn filled(bytes: usize) -> Bump {
        let bump = Bump::new();
        bump.alloc_slice_fill_copy(bytes, 0_u8);
        bump
    }

    #[test]
    fn a_stack_is_bounded_by_count_and_by_bytes_and_the_oldest_goes() {
        let mut stack = Stack { arenas: Vec::new(), bytes: 0, gauge: Gauge::new() };
        for bytes in [1000, 5000, 2000] {
            stack.push(filled(bytes));
        }
        assert!(stack.evict(3, 1 << 20).is_none());
        let capacities = |stack: &Stack<Gauge>| stack.arenas.iter().map(Bump::allocated_bytes).collect::<Vec<_>>();
        let all = capacities(&stack);
        assert_eq!(stack.evict(2, 1 << 20).map(|bump| bump.allocated_bytes()), Some(all[0]), "over the count");
        assert_eq!(stack.evict(2, all[2]).map(|bump| bump.allocated_bytes()), Some(all[1]), "over the bytes");
        assert!(stack.evict(2, all[2]).is_none());
        assert_eq!((capacities(&stack), stack.bytes), (vec![all[2]], all[2]));
        assert_eq!(stack.gauge.arenas.load(Ordering::Relaxed), 1);
        assert_eq!(stack.gauge.bytes.load(Ordering::Relaxed), stack.bytes);
        assert!(stack.pop(&(0..=all[2] - 1)).is_none() && stack.pop(&(0..=all[2])).is_some());
        assert_eq!((stack.bytes, stack.gauge.arenas.load(Ordering::Relaxed)), (0, 0));
    }

    #[test]
    fn what_a_limited_scope_starts_with_does_not_depend_on_others() {
        give_back(filled(100_000), 0);
        // Above the limit, it would switch the limit off; near it, it would leave no room for a fork.
        for limit in [4096, 120_000, 300_000] {
            let (bump, chunks) = take(0, limit);
            assert_eq!((bump.allocated_bytes(), chunks), (0, 0), "{limit}");
        }
        let (bump, chunks) = take(0, 500_000);
        assert_eq!((bump.allocated_bytes() >= 100_000, chunks), (true, 0), "a small part of this limit");
    }

    #[test]
    fn initial_gives_room_in_one_chunk_and_yields_to_the_limit() {
        let (bump, _) = take(50_000, usize::MAX);
        assert!(bump.chunk_capacity() >= 50_000);
        for limit in [0, 447, 448, 1000, 4032, 4095, 4096, 10_000, 65_536, 1_000_000] {
            let (bump, chunks) = take(limit, limit);
            let room = bump.allocated_bytes();
            assert!(room <= limit && (limit < 448 || room > limit / 2), "{room} of {limit}");
            assert_eq!(chunks, usize::from(room > 0));
            give_back(bump, limit);
            assert_eq!(take(limit, limit).1, 0, "the second scope takes what the first one gave back ({limit})");
        }
    }

    #[test]
    fn an_arena_made_large_by_its_sites_initial_is_left_for_that_site() {
        let initial = 4 * ARENA_BYTES;
        give_back(take(initial, usize::MAX).0, initial);
        let (plain, _) = take(0, usize::MAX);
        assert!(plain.allocated_bytes() <= ARENA_BYTES);
        give_back(plain, 0);
        assert_eq!(take(initial, usize::MAX).1, 0);
    }

    #[test]
    fn sites_of_different_sizes_find_their_arenas_again() {
        give_back(filled(1000), 0);
        give_back(filled(100_000), 0);
        let (small, _) = take(0, 40_000);
        assert!((1000..10_000).contains(&small.allocated_bytes()), "found under the large one");
        give_back(small, 0);
        let (large, chunks) = take(50_000, usize::MAX);
        assert_eq!((large.allocated_bytes() >= 100_000, chunks), (true, 0), "found under the small one");
        // Nothing fits any more: the small one makes place for one of the size that is asked for.
        assert_eq!(take(50_000, usize::MAX).1, 1);
        assert_eq!(take(0, usize::MAX).0.allocated_bytes(), 0, "the pool is empty");
    }

    #[test]
    fn a_site_that_never_needed_a_large_arena_leaves_it_to_those_that_do() {
        assert!(give_back(filled(500_000), 0) >= 500_000);
        let small = |usual| super::take(Wanted { initial: 0, limit: usize::MAX, usual }).0.allocated_bytes();
        assert_eq!((small(0), small(100_000)), (0, 0));
        assert!(small(600_000) >= 500_000);
    }

    #[test]
    fn one_arena_keeps_no_more_than_the_bound() {
        let before = TOO_LARGE.load(Ordering::Relaxed);
        give_back(filled(ARENA_BYTES + 1), 0);
        assert_eq!(TOO_LARGE.load(Ordering::Relaxed), before + 1);
        give_back(filled(ARENA_BYTES + 1), ARENA_BYTES);
        assert_eq!(TOO_LARGE.load(Ordering::Relaxed), before + 1, "its site's `initial` allows for it");
    }

    #[test]
    fn what_a_thread_kept_is_freed_with_it() {
        let gauges = lock(&GAUGES).len();
        std::thread::spawn(|| give_back(filled(1000), 0)).join().expect("no panic");
        assert!(lock(&GAUGES).len() <= gauges + 1, "the gauge of the ended thread is gone");
    }
}
