//! What the watches of the process have seen: each scope that ends is added to the tallies of every
//! watch that it concerns.
//!
//! A scope's token says whose it is: the watch of the thread that it was opened on; or that the
//! thread has none, and which watches there were by then.

use std::cell::RefCell;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::sync::{Arc, Mutex, MutexGuard, Once, PoisonError};

use request_arena_core::observe::{self, Observer, Seen, Unended};
use request_arena_core::{Exactness, Site};

/// The number of the newest watch.
static NEWEST: AtomicU64 = AtomicU64::new(0);
static WATCHES: Mutex<Watches> = Mutex::new(Watches { alive: Vec::new(), within: Vec::new() });

struct Watches {
    alive: Vec<Arc<Log>>,
    /// Watches that began within another one on their thread, and that one.
    within: Vec<(u64, u64)>,
}

thread_local! {
    /// The watches that this thread's scopes belong to, the innermost last.
    static CURRENT: RefCell<Vec<u64>> = const { RefCell::new(Vec::new()) };
}

/// Whose a scope is, to one watch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Whose {
    /// Opened on the watch's thread, or where its handle was taken.
    Own,
    /// Opened on a thread of no watch.
    Nobodys,
}

/// What the scopes of one site took.
#[derive(Clone, Copy, Debug)]
pub(super) struct Tally {
    pub(super) site: &'static Site,
    pub(super) whose: Whose,
    pub(super) scopes: u64,
    /// The largest figure of a peak, and what it is.
    pub(super) peak_used: u64,
    pub(super) exactness: Exactness,
    /// A raw `&Bump` was handed out.
    pub(super) is_raw: bool,
    /// What no peak exceeds, for certain.
    pub(super) peak_bound: u64,
    pub(super) reserved: u64,
    /// The most that one scope allocated outside its arena, and how many scopes did.
    pub(super) heap: u64,
    pub(super) with_heap: u64,
    /// Scopes whose heap was not measured.
    pub(super) unmeasured: u64,
}

impl Tally {
    fn new(site: &'static Site, whose: Whose) -> Self {
        Self {
            site,
            whose,
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

    /// With the scopes of another tally of the same site.
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

/// What one watch has seen.
#[derive(Debug)]
pub(super) struct Log {
    number: u64,
    tallies: Mutex<Vec<Tally>>,
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Log {
    /// A new one, which is this thread's from now on.
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

    /// It is over, and no longer this thread's.
    pub(super) fn close(&self) {
        self.leave();
        let mut watches = lock(&WATCHES);
        watches.alive.retain(|log| log.number != self.number);
        observe::want(!watches.alive.is_empty());
    }

    /// The scopes that this thread opens are its own.
    pub(super) fn enter(&self) {
        CURRENT.with_borrow_mut(|current| current.push(self.number));
    }

    /// Takes the last [`Log::enter`] back.
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

    /// The scopes that are open, of those that concern it.
    pub(super) fn unended(&self) -> Vec<(Whose, Unended)> {
        let open = observe::unended();
        let watches = lock(&WATCHES);
        open.into_iter()
            .filter_map(|open| Some((self.whose(open.token, &watches.within)?, open)))
            .collect()
    }

    fn whose(&self, token: u64, within: &[(u64, u64)]) -> Option<Whose> {
        let (number, is_nobodys) = (token >> 1, token & 1 == 1);
        if is_nobodys {
            // Opened before the watch began, or after.
            return (number >= self.number).then_some(Whose::Nobodys);
        }
        let outer = |&number: &u64| {
            within.iter().find(|(inner, _)| *inner == number).map(|&(_, outer)| outer)
        };
        core::iter::successors(Some(number), outer)
            .any(|number| number == self.number)
            .then_some(Whose::Own)
    }
}

/// See [`Observer::opened`]: the number of a watch, and whether it is only the newest one there is.
fn opened() -> u64 {
    let own = CURRENT.try_with(|current| current.try_borrow().ok()?.last().copied()).ok().flatten();
    own.map_or_else(|| (NEWEST.load(Relaxed) << 1) | 1, |number| number << 1)
}

/// See [`Observer::ended`].
fn ended(seen: &Seen) {
    let watches = lock(&WATCHES);
    for log in &watches.alive {
        let Some(whose) = log.whose(seen.token, &watches.within) else { continue };
        let mut tallies = lock(&log.tallies);
        match tallies.iter_mut().find(|tally| tally.site == seen.site && tally.whose == whose) {
            Some(tally) => tally.add(seen),
            None => {
                let mut tally = Tally::new(seen.site, whose);
                tally.add(seen);
                tallies.push(tally);
            }
        }
    }
}
