//! The figures that the watches of the process collect. Each scope that ends is added to the
//! tallies of every watch that it concerns.
//!
//! A scope's token names the watch of the thread that opened the scope. If that thread has no
//! watch, the token has the number of the newest watch at that time.

use std::cell::RefCell;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::sync::{Arc, Mutex, MutexGuard, Once, PoisonError};

use request_arena_core::observe::{self, ObservedScope, Observer, Seen};
use request_arena_core::{Exactness, Site};

/// The number of the newest watch.
static NEWEST: AtomicU64 = AtomicU64::new(0);
static WATCHES: Mutex<Watches> = Mutex::new(Watches { alive: Vec::new(), within: Vec::new() });

struct Watches {
    alive: Vec<Arc<Log>>,
    /// Watches that started while another one was active on their thread, with that one.
    within: Vec<(u64, u64)>,
}

thread_local! {
    /// The watches that this thread's scopes belong to, the innermost last.
    static CURRENT: RefCell<Vec<u64>> = const { RefCell::new(Vec::new()) };
}

/// The relation of a scope to one watch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Owner {
    /// Opened on the watch's thread, or where its handle was taken.
    Own,
    /// Opened on a thread without a watch.
    None,
}

/// The figures of one handler's scopes.
#[derive(Clone, Copy, Debug)]
pub(super) struct Tally {
    pub(super) site: &'static Site,
    pub(super) owner: Owner,
    pub(super) scopes: u64,
    /// The largest peak, and how exact it is.
    pub(super) peak_used: u64,
    pub(super) exactness: Exactness,
    /// Whether a scope used its raw `&Bump`.
    pub(super) is_raw: bool,
    /// A certain upper bound of all peaks.
    pub(super) peak_bound: u64,
    pub(super) reserved: u64,
    /// The most bytes that one scope allocated outside its arena, and the number of scopes that
    /// did.
    pub(super) heap: u64,
    pub(super) with_heap: u64,
    /// Scopes without a measurement of the heap.
    pub(super) unmeasured: u64,
}

impl Tally {
    fn new(site: &'static Site, owner: Owner) -> Self {
        Self {
            site,
            owner,
            scopes: 0,
            peak_used: 0,
            exactness: Exactness::Exact,
            is_raw: false,
            peak_bound: 0,
            reserved: 0,
            heap: 0,
            with_heap: 0,
            unmeasured: 0,
        }
    }

    fn add(&mut self, seen: &Seen) {
        self.scopes += 1;
        if seen.peak_used > self.peak_used || self.scopes == 1 {
            (self.peak_used, self.exactness) = (seen.peak_used, seen.exactness);
        }
        let is_bound = matches!(seen.exactness, Exactness::Exact | Exactness::AtMost);
        self.is_raw |= !is_bound;
        self.peak_bound =
            self.peak_bound.max(if is_bound { seen.peak_used } else { seen.reserved });
        self.reserved = self.reserved.max(seen.reserved);
        match seen.heap {
            Some(heap) => {
                self.heap = self.heap.max(heap);
                self.with_heap += u64::from(heap > 0);
            }
            None => self.unmeasured += 1,
        }
    }

    /// Adds the scopes of another tally of the same handler.
    pub(super) fn merge(&mut self, other: &Self) {
        self.scopes += other.scopes;
        if other.peak_used > self.peak_used {
            (self.peak_used, self.exactness) = (other.peak_used, other.exactness);
        }
        self.is_raw |= other.is_raw;
        self.peak_bound = self.peak_bound.max(other.peak_bound);
        self.reserved = self.reserved.max(other.reserved);
        self.heap = self.heap.max(other.heap);
        self.with_heap += other.with_heap;
        self.unmeasured += other.unmeasured;
    }
}

/// The figures that one watch has collected.
#[derive(Debug)]
pub(super) struct Log {
    number: u64,
    tallies: Mutex<Vec<Tally>>,
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Log {
    /// A new log, to which this thread's scopes belong from now on.
    pub(super) fn open() -> Arc<Self> {
        static INSTALLED: Once = Once::new();
        INSTALLED.call_once(|| _ = observe::install(Observer { opened, ended }));
        let mut watches = lock(&WATCHES);
        let log =
            Arc::new(Self { number: NEWEST.fetch_add(1, Relaxed) + 1, tallies: Mutex::default() });
        let around = CURRENT.with_borrow(|current| current.last().copied());
        watches.within.extend(around.map(|around| (log.number, around)));
        watches.alive.push(Arc::clone(&log));
        observe::want(true);
        drop(watches);
        log.enter();
        log
    }

    /// Ends the log.
    pub(super) fn close(&self) {
        self.leave();
        let mut watches = lock(&WATCHES);
        watches.alive.retain(|log| log.number != self.number);
        observe::want(!watches.alive.is_empty());
    }

    /// Makes the scopes that this thread opens belong to the log.
    pub(super) fn enter(&self) {
        CURRENT.with_borrow_mut(|current| current.push(self.number));
    }

    /// Undoes the last [`Log::enter`].
    pub(super) fn leave(&self) {
        CURRENT.with_borrow_mut(|current| {
            if let Some(index) = current.iter().rposition(|&number| number == self.number) {
                current.remove(index);
            }
        });
    }

    pub(super) fn tallies(&self) -> Vec<Tally> {
        lock(&self.tallies).clone()
    }

    /// The open scopes that concern this log.
    pub(super) fn unended(&self) -> Vec<(Owner, ObservedScope)> {
        let open = observe::open_scopes();
        let watches = lock(&WATCHES);
        open.into_iter()
            .filter_map(|open| Some((self.owner(open.token, &watches.within)?, open)))
            .collect()
    }

    fn owner(&self, token: u64, within: &[(u64, u64)]) -> Option<Owner> {
        let (number, has_no_watch) = (token >> 1, token & 1 == 1);
        if has_no_watch {
            // Scopes that opened before this watch started do not count.
            return (number >= self.number).then_some(Owner::None);
        }
        let outer = |&number: &u64| {
            within.iter().find(|(inner, _)| *inner == number).map(|&(_, outer)| outer)
        };
        core::iter::successors(Some(number), outer)
            .any(|number| number == self.number)
            .then_some(Owner::Own)
    }
}

/// See [`Observer::opened`]: the number of a watch, and whether it is only the newest watch.
fn opened() -> u64 {
    let own = CURRENT.try_with(|current| current.try_borrow().ok()?.last().copied()).ok().flatten();
    own.map_or_else(|| (NEWEST.load(Relaxed) << 1) | 1, |number| number << 1)
}

/// See [`Observer::ended`].
fn ended(seen: &Seen) {
    let watches = lock(&WATCHES);
    for log in &watches.alive {
        let Some(owner) = log.owner(seen.token, &watches.within) else { continue };
        let mut tallies = lock(&log.tallies);
        match tallies.iter_mut().find(|tally| tally.site == seen.site && tally.owner == owner) {
            Some(tally) => tally.add(seen),
            None => {
                let mut tally = Tally::new(seen.site, owner);
                tally.add(seen);
                tallies.push(tally);
            }
        }
    }
}
