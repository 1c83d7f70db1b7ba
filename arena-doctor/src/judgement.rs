//! A judgement: a diagnosis with its inputs. It is reused for a while.

use core::time::Duration;
use std::time::Instant;

use request_arena_memory::maps::Maps;

use super::{Diagnosis, Timeline};

/// A judgement serves for at least this long, however often it is asked for.
const LEAST_PAUSE: Duration = Duration::from_secs(10);

/// While a page is looked at, judging takes at most one part in this many of a processor's time.
const MOST_SHARE: u32 = 1000;

/// A judgement serves for at most this long, whatever it costs.
const LONGEST: Duration = Duration::from_secs(300);

/// The last judgement.
#[derive(Debug)]
pub(super) struct Judgement {
    /// When it began, and its processor time. Readings of maps and profiles of the heap do not
    /// count.
    pub(super) at: Instant,
    pub(super) took: Duration,
    pub(super) diagnosis: Diagnosis,
    /// The maps that it was made from.
    pub(super) maps: Maps,
    /// The last timeline that was shown with it.
    pub(super) timeline: Timeline,
}

impl Judgement {
    /// Whether it is still good enough for a page at this age.
    pub(super) fn serves(&self, age: Duration) -> bool {
        age < LEAST_PAUSE.max(self.took.saturating_mul(MOST_SHARE)).min(LONGEST)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judgement(took: Duration) -> Judgement {
        Judgement {
            at: Instant::now(),
            took,
            diagnosis: Diagnosis::default(),
            maps: Maps::default(),
            timeline: Timeline::default(),
        }
    }

    #[test]
    fn a_judgement_serves_for_ten_seconds_and_for_longer_the_more_it_costs() {
        let of = |millis, seconds| {
            judgement(Duration::from_millis(millis)).serves(Duration::from_secs(seconds))
        };
        assert!(of(0, 9) && !of(0, 10));
        assert!(of(20, 19) && !of(20, 20));
        assert!(of(2000, 299) && !of(2000, 300), "five minutes at most");
    }
}
