//! Turns: only one assertion about memory runs at a time. And its rounds: requests, a reading after
//! each round, and the verdict.

use std::sync::atomic::{AtomicBool, Ordering::SeqCst};
use std::thread;

use super::Steady;
use super::reading::{Reader, Reading, Source};
use crate::failure::Failure;
use crate::pause::{PAUSE, pause};

/// Whether an assertion has the turn.
static TAKEN: AtomicBool = AtomicBool::new(false);

/// The right to make requests. Two assertions at once would count each other's memory.
#[derive(Debug)]
pub(super) struct Turn(());

impl Turn {
    fn take() -> Option<Self> {
        // Only the owner of the turn may create the value, since dropping it releases the turn.
        TAKEN.compare_exchange(false, true, SeqCst, SeqCst).is_ok().then(|| Self(()))
    }

    pub(super) fn wait() -> Self {
        loop {
            match Self::take() {
                Some(turn) => return turn,
                None => thread::sleep(PAUSE),
            }
        }
    }

    pub(super) async fn come() -> Self {
        loop {
            match Self::take() {
                Some(turn) => return turn,
                None => pause().await,
            }
        }
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        TAKEN.store(false, SeqCst);
    }
}

/// The number of rounds in which memory must grow to be a leak.
const DOUBLINGS: usize = 3;

/// The rounds of one assertion.
#[derive(Debug)]
pub(super) struct Rounds {
    reader: Reader,
    count: u64,
    /// The number of requests before each reading, and the reading.
    readings: Vec<(u64, Reading)>,
    made: u64,
}

impl Rounds {
    pub(super) fn new(count: u64, reader: Reader) -> Self {
        // Allocated at the start, so that the vector itself does not grow.
        Self { reader, count, readings: Vec::with_capacity(DOUBLINGS + 1), made: 0 }
    }

    /// Reads the memory, and returns the number of requests to make next. `None` after the last
    /// round.
    pub(super) fn next(&mut self) -> Option<u64> {
        if self.made == 0 {
            self.made = self.count;
            return Some(self.count);
        }
        self.readings.push((self.made, self.reader.read()));
        if self.readings.len() > DOUBLINGS
            || self.last_growth().is_some_and(|(growth, tolerance)| growth <= tolerance)
        {
            return None;
        }
        let more = self.made;
        self.made = self.made.saturating_mul(2);
        Some(more)
    }

    /// The growth between the last two readings, and the tolerance.
    fn last_growth(&self) -> Option<(i64, i64)> {
        let [.., (_, before), (_, after)] = self.readings[..] else { return None };
        let tolerance = before.tolerance.max(after.tolerance);
        Some((
            after.bytes.saturating_sub(before.bytes),
            i64::try_from(tolerance).unwrap_or(i64::MAX),
        ))
    }

    pub(super) fn judge(self) -> Result<Steady, Failure> {
        let (growth, tolerance) = self.last_growth().unwrap_or_default();
        if growth > tolerance {
            return Err(self.failure(growth, tolerance));
        }
        let readings = self.readings.iter().map(|(made, reading)| (*made, reading.bytes)).collect();
        Ok(Steady {
            source: self.reader.source,
            readings,
            tolerance_bytes: tolerance.unsigned_abs(),
        })
    }

    fn failure(&self, growth: i64, tolerance: i64) -> Failure {
        let source = self.reader.source;
        let slope = |bytes: i64, requests: u64| bytes as f64 / requests as f64;
        let [(_, first), .., (before, _), (made, last)] = self.readings[..] else {
            unreachable!("it has grown thrice")
        };
        let per_request = slope(growth, made - before);
        let readings: Vec<String> = self
            .readings
            .iter()
            .map(|(made, reading)| format!("{} after {made}", reading.bytes))
            .collect();
        let mut failure =
            Failure::new(format_args!("memory grows by {per_request:.1} bytes for each request"))
                .line(format_args!(
                    "bytes {source}: {}; differences up to {tolerance} count as equal",
                    readings.join(", ")
                ));
        if source == Source::Thread {
            return failure.next(format_args!(
                "{KEPT}. If another thread frees what this one allocates, remove \
                 `.on_this_thread()`"
            ));
        }
        if let (Some(before), Some(after)) = (first.of_thread, last.of_thread) {
            let of_thread = slope(after - before, made - self.count);
            failure = failure.line(format_args!(
                "of these, this thread allocated and did not free {of_thread:.1}"
            ));
            if of_thread < per_request / 2.0 {
                return failure.next(ELSEWHERE);
            }
        }
        failure.next(KEPT)
    }
}

const ELSEWHERE: &str = "other threads allocated most of it. If they run other tests, run this \
    test alone (`cargo nextest`), or count `.on_this_thread()`. If they serve these requests, look \
    for what they keep of each";
const KEPT: &str = "look for what keeps something of each request: a map or a list that only \
    grows, an arena in an `Arc` or a static, a forgotten guard or task. If it is a cache that is \
    not full yet, make more requests";

#[cfg(test)]
mod tests {
    use super::Turn;

    #[test]
    fn only_one_assertion_has_the_turn() {
        let turn = Turn::wait();
        assert!(Turn::take().is_none() && Turn::take().is_none());
        drop(turn);
        drop(Turn::wait());
    }
}
