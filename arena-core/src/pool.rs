//! The pool: arenas between two scopes, in a small stack per thread, with one shared list for what overflows.
//!
//! A scope pops from its thread's stack without a lock, and what it pushes back is what the same thread takes
//! next, still warm in its cache. Tasks move between threads, so a thread can end more scopes than it
//! opened: its overflow goes to the shared list, from which an empty stack is served.
//!
//! **Invariant:** the pool is bounded. A thread keeps at most [`THREAD_ARENAS`] arenas and
//! [`THREAD_BYTES`], the shared list at most [`SHARED_ARENAS`] and [`SHARED_BYTES`]; one arena keeps at
//! most [`ARENA_BYTES`], or twice its site's `initial` where that is more. The rest is freed and counted by reason.
//!
//! **Invariant:** a pooled arena holds at most one chunk, is empty, and has no limit.

use std::cell::RefCell;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use bumpalo::Bump;

const ARENA_BYTES: usize = 1 << 20;
const THREAD_ARENAS: usize = 64;
const THREAD_BYTES: usize = 16 << 20;
const SHARED_ARENAS: usize = 256;
const SHARED_BYTES: usize = 32 << 20;

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
    /// The newest arena with at least `wanted` and at most `limit` bytes of capacity: nearly always the newest of all.
    ///
    /// Where there is none, an arena that is too small for `wanted` is freed, so that those of the right size take its place in time.
    #[inline]
    fn pop(&mut self, wanted: usize, limit: usize) -> Option<Bump> {
        let fits = |bump: &Bump| (wanted..=limit).contains(&bump.allocated_bytes());
        let (index, fitting) = match self.arenas.iter().rposition(fits) {
            Some(index) => (index, true),
            None => (self.arenas.iter().rposition(|bump| bump.allocated_bytes() < wanted)?, false),
        };
        let bump = self.arenas.remove(index);
        self.bytes -= bump.allocated_bytes();
        self.publish();
        if !fitting {
            TOO_SMALL.fetch_add(1, Ordering::Relaxed);
        }
        fitting.then_some(bump)
    }

    /// Gives the arena back if it does not fit.
    fn push(&mut self, bump: Bump, most_arenas: usize, most_bytes: usize) -> Result<(), Bump> {
        let bytes = bump.allocated_bytes();
        if self.arenas.len() >= most_arenas || self.bytes + bytes > most_bytes {
            return Err(bump);
        }
        self.bytes += bytes;
        self.arenas.push(bump);
        self.publish();
        Ok(())
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

/// An empty arena with room for `initial` bytes in its chunk and at most `limit` bytes of capacity, and the number of
/// chunks that were asked of the global allocator for it (0 or 1).
///
/// A limit wins over `initial`, and an arena that is already above it is not taken: `bumpalo` stops
/// enforcing a limit that its capacity exceeds.
#[inline]
pub(crate) fn take(initial: usize, limit: usize) -> (Bump, usize) {
    let wanted = initial.min(limit);
    // After the end of the thread's locals (a scope in another local's destructor) the shared list serves.
    let pooled = STACK.try_with(|stack| stack.borrow_mut().0.pop(wanted, limit)).ok().flatten();
    match pooled.or_else(|| lock(&SHARED).pop(wanted, limit)) {
        Some(bump) => (bump, 0),
        None => fresh(wanted, limit),
    }
}

#[cold]
fn fresh(wanted: usize, limit: usize) -> (Bump, usize) {
    // Rounding up to a whole number of pages may pass the limit, and memory may be short: then the
    // first allocation asks for what it needs, and gets its error if that fails too.
    match Bump::try_with_capacity(wanted) {
        Ok(bump) if wanted > 0 && bump.allocated_bytes() <= limit => (bump, 1),
        _ => (Bump::new(), 0),
    }
}

/// Resets an arena and keeps its last chunk for a later scope, as far as the bounds allow.
#[inline]
pub(crate) fn give_back(mut bump: Bump, initial: usize) {
    bump.reset();
    bump.set_allocation_limit(None);
    if bump.allocated_bytes() == 0 {
        return;
    }
    if bump.allocated_bytes() > ARENA_BYTES.max(initial.saturating_mul(2)) {
        TOO_LARGE.fetch_add(1, Ordering::Relaxed);
        return;
    }
    let mut rest = Some(bump);
    let _ = STACK.try_with(|stack| {
        if let Some(bump) = rest.take() {
            rest = stack.borrow_mut().0.push(bump, THREAD_ARENAS, THREAD_BYTES).err();
        }
    });
    if let Some(bump) = rest {
        overflow(bump);
    }
}

#[cold]
fn overflow(bump: Bump) {
    // The arena is freed after the lock is.
    let rest = lock(&SHARED).push(bump, SHARED_ARENAS, SHARED_BYTES);
    if rest.is_err() {
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
    /// Arenas freed at a scope's end because the thread's stack and the shared list were full.
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

    fn filled(bytes: usize) -> Bump {
        let bump = Bump::new();
        bump.alloc_slice_fill_copy(bytes, 0_u8);
        bump
    }

    #[test]
    fn a_stack_is_bounded_by_count_and_by_bytes() {
        let mut stack = Stack { arenas: Vec::new(), bytes: 0, gauge: Gauge::new() };
        assert!(stack.push(filled(1000), 2, 4096).is_ok());
        assert!(stack.push(filled(5000), 2, 4096).is_err(), "over the bytes");
        assert!(stack.push(filled(1000), 2, 4096).is_ok());
        assert!(stack.push(filled(1), 2, 1 << 20).is_err(), "over the count");
        assert_eq!(stack.gauge.arenas.load(Ordering::Relaxed), 2);
        assert_eq!(stack.gauge.bytes.load(Ordering::Relaxed), stack.bytes);
        drop((stack.pop(0, usize::MAX), stack.pop(0, usize::MAX)));
        assert_eq!((stack.bytes, stack.pop(0, usize::MAX).is_none()), (0, true));
    }

    #[test]
    fn a_limited_scope_starts_at_or_below_its_limit() {
        give_back(filled(100_000), 0);
        let (bump, chunks) = take(0, 4096);
        assert!(bump.allocated_bytes() <= 4096, "a chunk over the limit would switch the limit off");
        assert_eq!(chunks, 0);
        // The large one was left for others.
        assert!(take(0, usize::MAX).0.allocated_bytes() >= 100_000);
    }

    #[test]
    fn sites_of_different_sizes_find_their_arenas_again() {
        give_back(filled(1000), 0);
        give_back(filled(100_000), 0);
        let (small, _) = take(0, 10_000);
        assert!((1000..10_000).contains(&small.allocated_bytes()), "found under the large one");
        give_back(small, 0);
        let (large, chunks) = take(50_000, usize::MAX);
        assert_eq!((large.allocated_bytes() >= 100_000, chunks), (true, 0), "found under the small one");
        // Nothing fits any more: the small one makes place for one of the size that is asked for.
        assert_eq!(take(50_000, usize::MAX).1, 1);
        assert_eq!(take(0, usize::MAX).0.allocated_bytes(), 0, "the pool is empty");
    }

    #[test]
    fn initial_gives_room_in_one_chunk_and_yields_to_the_limit() {
        let (bump, _) = take(50_000, usize::MAX);
        assert!(bump.chunk_capacity() >= 50_000);
        let (bump, _) = take(50_000, 10_000);
        assert!(bump.allocated_bytes() <= 10_000);
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
