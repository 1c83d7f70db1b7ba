//! The largest exemplars of one site: of this minute, and of the one before.
//!
//! Two windows instead of "reset on read": each reader gets the same, and an exemplar stays for one
//! minute at least, and two at most.

use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

use super::Exemplar;
use crate::sync::{Mutex, lock};

/// No peak is larger, so no scope asks for its trace.
const CLOSED: u64 = u64::MAX;

/// See the module.
#[derive(Debug)]
pub(crate) struct Largest {
    /// The largest peak with a trace in this minute, or [`CLOSED`] without a source. Scopes read it
    /// without the lock.
    above: AtomicU64,
    windows: Mutex<Windows>,
}

#[derive(Debug)]
struct Windows {
    /// The number of the minute of `this`.
    minute: u64,
    this: Option<Exemplar>,
    before: Option<Exemplar>,
}

impl Windows {
    fn turn(&mut self, minute: u64) {
        if minute > self.minute {
            let this = self.this.take();
            self.before = if minute == self.minute + 1 { this } else { None };
            self.minute = minute;
        }
    }
}

impl Largest {
    /// Without a source.
    pub(crate) const fn closed() -> Self {
        let windows = Windows { minute: 0, this: None, before: None };
        Self { above: AtomicU64::new(CLOSED), windows: Mutex::new(windows) }
    }

    /// Now there is a source.
    pub(crate) fn open(&self) {
        // Another thread may have opened it, and kept an exemplar since.
        let _ = self.above.compare_exchange(CLOSED, 0, Relaxed, Relaxed);
    }

    /// Whether a scope with this peak should ask for its trace.
    #[inline(always)]
    pub(crate) fn is_below(&self, peak: u64) -> bool {
        peak > self.above.load(Relaxed)
    }

    /// Keeps the exemplar if it is the largest of the minute.
    pub(super) fn keep(&self, exemplar: Exemplar, minute: u64) {
        let mut windows = lock(&self.windows);
        windows.turn(minute);
        if windows.this.is_none_or(|this| this.peak_used < exemplar.peak_used) {
            windows.this = Some(exemplar);
            self.above.store(exemplar.peak_used, Relaxed);
        }
    }

    /// Begins this minute, if it has not begun.
    pub(super) fn turn(&self, minute: u64) {
        let mut windows = lock(&self.windows);
        windows.turn(minute);
        self.above.store(windows.this.map_or(0, |this| this.peak_used), Relaxed);
    }

    /// The larger exemplar of the two minutes.
    pub(super) fn read(&self, minute: u64) -> Option<Exemplar> {
        let mut windows = lock(&self.windows);
        windows.turn(minute);
        let both = windows.before.into_iter().chain(windows.this);
        both.max_by_key(|exemplar| exemplar.peak_used)
    }
}

#[cfg(test)]
mod tests {
    use std::time::SystemTime;

    use super::*;
    use crate::exemplar::{Trace, TraceId};

    fn exemplar(peak_used: u64) -> Exemplar {
        let trace = Trace::new(TraceId::new([7; 16]).unwrap());
        Exemplar { trace, peak_used, at: SystemTime::UNIX_EPOCH }
    }

    fn opened() -> Largest {
        let largest = Largest::closed();
        assert!(!largest.is_below(u64::MAX), "nothing is looked up without a source");
        largest.open();
        largest
    }

    fn peak(largest: &Largest, minute: u64) -> Option<u64> {
        largest.read(minute).map(|exemplar| exemplar.peak_used)
    }

    #[test]
    fn readers_do_not_take_the_exemplar_from_each_other() {
        let largest = opened();
        largest.keep(exemplar(100), 3);
        assert_eq!([(); 3].map(|()| peak(&largest, 3)), [Some(100); 3]);
    }

    #[test]
    fn only_a_larger_scope_asks_for_its_trace() {
        let largest = opened();
        assert!(!largest.is_below(0) && largest.is_below(1));
        largest.keep(exemplar(100), 3);
        assert!(!largest.is_below(100) && largest.is_below(101));
        // Another thread kept a larger one since this one compared.
        largest.keep(exemplar(50), 3);
        assert_eq!(peak(&largest, 3), Some(100));
        assert!(!largest.is_below(100));
    }

    #[test]
    fn an_exemplar_stays_for_the_next_minute_and_then_goes() {
        let largest = opened();
        largest.keep(exemplar(100), 3);
        largest.turn(4);
        assert!(largest.is_below(1), "the new minute begins anew");
        largest.keep(exemplar(40), 4);
        assert_eq!(peak(&largest, 4), Some(100), "the larger one of both minutes");
        largest.turn(5);
        assert_eq!(peak(&largest, 5), Some(40));
        largest.turn(5);
        assert_eq!(peak(&largest, 5), Some(40), "a minute begins once");
        assert_eq!(peak(&largest, 6), None);
    }

    #[test]
    fn after_a_pause_nothing_old_is_left() {
        let largest = opened();
        largest.keep(exemplar(100), 3);
        assert_eq!(peak(&largest, 5), None);
        // A thread read the clock before the others, and comes late.
        largest.keep(exemplar(10), 4);
        assert_eq!(peak(&largest, 5), Some(10));
    }
}
