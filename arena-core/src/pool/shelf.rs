//! A shelf: a bounded stack of empty arenas behind a lock. Each thread has a shelf for arenas that
//! do not fit its few places, and all threads share one more.
//!
//! The lock of a thread's shelf is nearly always uncontended. Other threads lock it only to free
//! unused arenas in the maintenance, to count for a report, or to find a large arena. A thread that
//! needs several locks takes them in a fixed order. First comes the list of shelves, then threads'
//! shelves in the order of that list, then the shared shelf.
//!
//! **Invariant:** the chunks on all shelves and in all threads' places together do not exceed the
//! bytes that the process may retain. One account grants these bytes. No shelf and no place holds
//! more than its grant. A shelf takes its grant in blocks, a place to the byte.
//!
//! **Invariant:** an arena in the pool is empty and has at most one chunk. Its own limit equals the
//! bytes that it holds.

#![allow(clippy::vec_box, reason = "handles point into the lease, so it never leaves its box")]

use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering::Relaxed};

use crate::lease::Lease;
use crate::lease::class::Class;
use crate::pool::fits::Fits;
use crate::settings;
use crate::sync::{Arc, Mutex, lock};

/// Bounds of a thread's shelf. Arenas on it are out of reach of other threads that may need them.
const THREAD_ARENAS: usize = 32;
const THREAD_BYTES: usize = 8 << 20;
const SHARED_ARENAS: usize = 256;
/// Bytes of one grant to a shelf. A large block keeps requests to the account rare.
const BLOCK: usize = 256 << 10;
/// The most unused bytes of a grant that a shelf keeps until the next maintenance. Other threads
/// cannot retain these bytes.
const SPARE: usize = 2 * BLOCK;

static GRANTED: AtomicUsize = AtomicUsize::new(0);
static SHELVES: Mutex<Vec<Arc<Shelf>>> = Mutex::new(Vec::new());
/// The shelf that all threads share.
pub(crate) static SHARED: Shelf = Shelf::new(SHARED_ARENAS, usize::MAX);

/// Counts of discarded arenas, by reason. Writes are rare.
pub(crate) static TOO_LARGE: AtomicU64 = AtomicU64::new(0);
pub(crate) static POOL_FULL: AtomicU64 = AtomicU64::new(0);
pub(crate) static UNUSED: AtomicU64 = AtomicU64::new(0);
pub(crate) static TRIMMED: AtomicU64 = AtomicU64::new(0);

/// See the module.
pub(crate) struct Shelf {
    stack: Mutex<Stack>,
    most_arenas: usize,
    most_bytes: usize,
}

struct Stack {
    entries: Vec<Entry>,
    bytes: usize,
    granted: usize,
}

struct Entry {
    lease: Box<Lease>,
    class: Class,
    /// When the arena came to the shelf, by the coarse clock.
    since: u64,
}

/// Requests `bytes` of the bytes that the process may retain. Returns whether they were granted.
pub(crate) fn grant(bytes: usize) -> bool {
    let most = settings::retain_bytes();
    let more = |granted: usize| granted.checked_add(bytes).filter(|&sum| sum <= most);
    GRANTED.fetch_update(Relaxed, Relaxed, more).is_ok()
}

/// Returns bytes that were granted.
pub(crate) fn return_grant(bytes: usize) {
    GRANTED.fetch_sub(bytes, Relaxed);
}

/// Whether more is granted than the settings allow, because the settings have changed.
pub(crate) fn is_overdrawn() -> bool {
    GRANTED.load(Relaxed) > settings::retain_bytes()
}

/// The shelves of all threads.
pub(crate) fn all() -> Vec<Arc<Shelf>> {
    lock(&SHELVES).clone()
}

impl Shelf {
    const fn new(most_arenas: usize, most_bytes: usize) -> Self {
        Self {
            stack: Mutex::new(Stack { entries: Vec::new(), bytes: 0, granted: 0 }),
            most_arenas,
            most_bytes,
        }
    }

    /// Creates the shelf of a thread.
    pub(crate) fn of_thread() -> Arc<Self> {
        let shelf = Arc::new(Self::new(THREAD_ARENAS, THREAD_BYTES));
        lock(&SHELVES).push(Arc::clone(&shelf));
        shelf
    }

    /// Frees the arenas of a thread that ends, and removes its shelf from the list.
    pub(crate) fn close(self: &Arc<Self>) {
        lock(&SHELVES).retain(|shelf| !Arc::ptr_eq(shelf, self));
        drop(self.clear());
    }

    /// Takes the newest arena that fits, which is nearly always the newest of all.
    pub(crate) fn pop(&self, fits: &Fits) -> Option<Box<Lease>> {
        lock(&self.stack).pop(fits)
    }

    /// Keeps an arena on a thread's shelf. Returns the arenas that the caller has to free.
    ///
    /// Arenas that exceed the bounds of this shelf move to the shared shelf, oldest first. Both
    /// shelves are locked meanwhile, so a search of all shelves finds these arenas on one of them.
    /// Arenas that exceed the bounds of the shared shelf are returned, oldest first, because idle
    /// arenas must not displace arenas in use. If the process already retains as much as it may,
    /// the new arena itself is returned.
    pub(crate) fn push(&self, lease: Box<Lease>, class: Class, now: u64) -> Vec<Box<Lease>> {
        let mut stack = lock(&self.stack);
        lease.home().close();
        let out = self.push_on(&mut stack, Entry { lease, class, since: now });
        if out.is_empty() {
            return Vec::new();
        }
        stack.return_spare();
        let mut shared = lock(&SHARED.stack);
        let pushed = out
            .into_iter()
            .flat_map(|out| SHARED.push_on(&mut shared, Entry { since: now, ..out }));
        // From now on reports do not count them as kept, although freeing them takes a moment.
        pushed
            .inspect(|discarded| discarded.lease.home().lend())
            .map(|discarded| discarded.lease)
            .collect()
    }

    fn push_on(&self, stack: &mut Stack, entry: Entry) -> Vec<Entry> {
        stack.bytes += entry.lease.capacity();
        stack.entries.push(entry);
        let mut out = Vec::new();
        while stack.entries.len() > self.most_arenas
            || stack.bytes > self.most_bytes
            || !stack.is_granted()
        {
            out.push(stack.remove(0));
        }
        out
    }

    /// Takes the arenas that came before `since`, and reduces the grant to the bytes that the shelf
    /// still holds. An idle thread needs no spare bytes.
    pub(crate) fn take_older(&self, since: u64) -> Vec<Box<Lease>> {
        let mut stack = lock(&self.stack);
        let mut out = Vec::new();
        // The stack is sorted by age, because arenas are pushed on top and only ever removed.
        while stack.entries.first().is_some_and(|entry| entry.since < since) {
            out.push(stack.remove(0).lease);
        }
        let held = stack.bytes;
        stack.return_beyond(held);
        out
    }

    /// Takes all arenas.
    pub(crate) fn clear(&self) -> Vec<Box<Lease>> {
        let mut stack = lock(&self.stack);
        let entries = core::mem::take(&mut stack.entries);
        stack.bytes = 0;
        return_grant(core::mem::take(&mut stack.granted));
        entries.into_iter().map(|entry| entry.lease).collect()
    }
}

/// Takes an arena that fits from any shelf. All shelves are locked at once, so `None` means that no
/// shelf held one at that moment.
pub(crate) fn pop_from_any(fits: &Fits) -> Option<Box<Lease>> {
    let shelves = lock(&SHELVES);
    let all = shelves.iter().map(|shelf| &**shelf).chain([&SHARED]);
    let mut stacks: Vec<_> = all.map(|shelf| lock(&shelf.stack)).collect();
    stacks.iter_mut().find_map(|stack| stack.pop(fits))
}

impl Stack {
    fn pop(&mut self, fits: &Fits) -> Option<Box<Lease>> {
        let index = self
            .entries
            .iter()
            .rposition(|entry| fits.holds(entry.class, entry.lease.capacity()))?;
        let entry = self.remove(index);
        if self.granted - self.bytes > SPARE {
            self.return_spare();
        }
        Some(entry.lease)
    }

    fn remove(&mut self, index: usize) -> Entry {
        let entry = self.entries.remove(index);
        self.bytes -= entry.lease.capacity();
        entry
    }

    /// Whether the grant covers the arenas here. Requests a further block if it does not, or else
    /// exactly the missing bytes.
    fn is_granted(&mut self) -> bool {
        let missing = self.bytes.saturating_sub(self.granted);
        if missing == 0 {
            return true;
        }
        let granted =
            [missing.next_multiple_of(BLOCK), missing].into_iter().find(|&bytes| grant(bytes));
        self.granted += granted.unwrap_or(0);
        granted.is_some()
    }

    /// Returns the unused bytes of the grant, except the rest of a block.
    fn return_spare(&mut self) {
        self.return_beyond(self.bytes.next_multiple_of(BLOCK));
    }

    /// Returns the part of the grant beyond these bytes.
    fn return_beyond(&mut self, bytes: usize) {
        let spare = self.granted.saturating_sub(bytes);
        self.granted -= spare;
        return_grant(spare);
    }
}
