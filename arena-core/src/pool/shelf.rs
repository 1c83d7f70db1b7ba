//! A shelf: a bounded stack of empty arenas behind a lock. Each thread has one, for what does not
//! fit its own few places, and all share one.
//!
//! The lock of a thread's shelf is its own but for a moment: the maintenance takes off what nobody
//! used, a report counts what is there, and who would else make a large arena looks for one. Who
//! needs several locks takes them in one order: the list of shelves, threads' shelves as they are
//! listed, the shared one.
//!
//! **Invariant:** the chunks on all shelves, and those in the threads' own places, come to no more
//! than the process may retain: a shelf holds no more than it was granted, in blocks, from one
//! account, and a place no more than it was granted, to the byte. **Invariant:** an arena in the
//! pool has at most one chunk, is empty, and its own limit is what it holds.

#![allow(
    clippy::vec_box,
    reason = "a lease stays in its box, which handles point into, wherever it lies"
)]

use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering::Relaxed};

use crate::lease::Lease;
use crate::lease::class::Class;
use crate::pool::fits::Fits;
use crate::settings;
use crate::sync::{Arc, Mutex, lock};

/// Bounds of a thread's shelf: what one cannot reach another one's thread needs.
const THREAD_ARENAS: usize = 32;
const THREAD_BYTES: usize = 8 << 20;
const SHARED_ARENAS: usize = 256;
/// What is granted at once, so that the account is asked seldom.
const BLOCK: usize = 256 << 10;
/// The most that a shelf keeps of what it was granted and no longer needs, until the next
/// maintenance: what it keeps, others cannot retain.
const SPARE: usize = 2 * BLOCK;

static GRANTED: AtomicUsize = AtomicUsize::new(0);
static SHELVES: Mutex<Vec<Arc<Shelf>>> = Mutex::new(Vec::new());
/// The one for all.
pub(crate) static SHARED: Shelf = Shelf::new(SHARED_ARENAS, usize::MAX);

/// Counts of discarded arenas, by reason; each is written seldom.
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
    /// When it came, by the coarse clock.
    since: u64,
}

/// Takes `bytes` from what the process may retain.
pub(crate) fn grant(bytes: usize) -> bool {
    let most = settings::retain_bytes();
    let more = |granted: usize| granted.checked_add(bytes).filter(|&sum| sum <= most);
    GRANTED.fetch_update(Relaxed, Relaxed, more).is_ok()
}

/// Gives back what was granted.
pub(crate) fn return_grant(bytes: usize) {
    GRANTED.fetch_sub(bytes, Relaxed);
}

/// More is granted than the settings, which were changed, allow.
pub(crate) fn is_overdrawn() -> bool {
    GRANTED.load(Relaxed) > settings::retain_bytes()
}

/// All shelves there are.
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

    /// A thread's shelf.
    pub(crate) fn of_thread() -> Arc<Self> {
        let shelf = Arc::new(Self::new(THREAD_ARENAS, THREAD_BYTES));
        lock(&SHELVES).push(Arc::clone(&shelf));
        shelf
    }

    /// The thread ends: its arenas are freed, and the shelf leaves the list.
    pub(crate) fn close(self: &Arc<Self>) {
        lock(&SHELVES).retain(|shelf| !Arc::ptr_eq(shelf, self));
        drop(self.clear());
    }

    /// The newest arena that fits: nearly always the newest of all.
    pub(crate) fn pop(&self, fits: &Fits) -> Option<Box<Lease>> {
        lock(&self.stack).pop(fits)
    }

    /// Keeps an arena on a thread's shelf. What has to go for it goes to the shared one while both
    /// are locked, so that who looks at all shelves finds it on one of them. Returns what has to go
    /// from there, the oldest first: what nobody has taken for long must not keep its place from
    /// what is in use. Or the arena itself, if the process retains as much as it may.
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
        // They are not kept any more, though it takes a moment to free them.
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

    /// Takes off what came before `since`, and leaves the shelf granted what it holds, to the byte:
    /// a thread that is idle needs no more.
    pub(crate) fn take_older(&self, since: u64) -> Vec<Box<Lease>> {
        let mut stack = lock(&self.stack);
        let mut out = Vec::new();
        // Newer ones lie on older ones, but what fits may be taken from between.
        while stack.entries.first().is_some_and(|entry| entry.since < since) {
            out.push(stack.remove(0).lease);
        }
        let held = stack.bytes;
        stack.return_beyond(held);
        out
    }

    /// Takes off everything.
    pub(crate) fn clear(&self) -> Vec<Box<Lease>> {
        let mut stack = lock(&self.stack);
        let entries = core::mem::take(&mut stack.entries);
        stack.bytes = 0;
        return_grant(core::mem::take(&mut stack.granted));
        entries.into_iter().map(|entry| entry.lease).collect()
    }
}

/// An arena that fits, from whatever shelf. All are locked at once: `None` means that none was on
/// any of them at one moment.
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

    /// Whether what is here is granted, if need be by a further block, or by just what is missing.
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

    /// Gives back what is granted and not needed, but for the rest of a block.
    fn return_spare(&mut self) {
        self.return_beyond(self.bytes.next_multiple_of(BLOCK));
    }

    /// Gives back what is granted beyond these bytes.
    fn return_beyond(&mut self, bytes: usize) {
        let spare = self.granted.saturating_sub(bytes);
        self.granted -= spare;
        return_grant(spare);
    }
}
