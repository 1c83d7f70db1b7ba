//! What the clients count.

use std::collections::BTreeMap;
use std::fmt::Display;
use std::time::Duration;

use axum::http::StatusCode;
use hdrhistogram::Histogram;

/// The longest time in a histogram. Longer ones count as this.
const LONGEST: Duration = Duration::from_secs(600);

/// The kind of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Small,
    Large,
}

impl Kind {
    pub(crate) const fn path(self) -> &'static str {
        match self {
            Self::Small => "/small",
            Self::Large => "/large",
        }
    }
}

/// Times, in microseconds, to three digits.
#[derive(Clone, Debug)]
pub(crate) struct Times(Histogram<u64>);

impl Default for Times {
    fn default() -> Self {
        let longest = LONGEST.as_micros() as u64;
        Self(Histogram::new_with_bounds(1, longest, 3).expect("bounds in order"))
    }
}

impl Times {
    pub(crate) fn record(&mut self, time: Duration) {
        self.0.saturating_record(time.as_micros().try_into().unwrap_or(u64::MAX));
    }

    pub(crate) fn len(&self) -> u64 {
        self.0.len()
    }

    /// The time that this share (0 to 1) of all do not exceed.
    pub(crate) fn quantile(&self, share: f64) -> Duration {
        Duration::from_micros(self.0.value_at_quantile(share))
    }

    pub(crate) fn max(&self) -> Duration {
        Duration::from_micros(self.0.max())
    }
}

/// The requests of one kind.
#[derive(Debug, Default)]
pub(crate) struct Counts {
    /// Requests that were answered in the end.
    pub(crate) home: u64,
    /// Those of them that count for the throughput.
    pub(crate) in_window: u64,
    /// Answers 503.
    pub(crate) refused: u64,
    /// From the first attempt until the answer.
    pub(crate) times: Times,
    /// The same by the second in which they were answered.
    pub(crate) by_second: Vec<u64>,
}

/// What all clients have counted.
#[derive(Debug, Default)]
pub(crate) struct Tally {
    pub(crate) small: Counts,
    pub(crate) large: Counts,
    /// Answers by status.
    pub(crate) statuses: BTreeMap<u16, u64>,
    /// How long a refused request had waited until the answer 503.
    pub(crate) refusals: Times,
    /// Answers 503 without a `Retry-After` in seconds.
    pub(crate) without_retry_after: u64,
    /// Requests that were never answered, with the reason.
    pub(crate) lost: Vec<String>,
    /// The time in which answers count for the throughput.
    pub(crate) window: Duration,
    /// From the end of the planned time until the last request was home.
    pub(crate) home: Duration,
}

impl Tally {
    /// Answered requests of a kind in a second.
    pub(crate) fn throughput(&self, kind: Kind) -> f64 {
        let counts = if kind == Kind::Large { &self.large } else { &self.small };
        counts.in_window as f64 / self.window.as_secs_f64()
    }

    /// Answers with this status.
    pub(crate) fn status(&self, status: u16) -> u64 {
        self.statuses.get(&status).copied().unwrap_or(0)
    }

    pub(super) fn count(&mut self, status: StatusCode) {
        *self.statuses.entry(status.as_u16()).or_default() += 1;
    }

    pub(super) fn home(&mut self, kind: Kind, took: Duration, at: Duration, counts: bool) {
        let of_kind = self.of(kind);
        of_kind.home += 1;
        of_kind.in_window += u64::from(counts);
        of_kind.times.record(took);
        let second = at.as_secs() as usize;
        if of_kind.by_second.len() <= second {
            of_kind.by_second.resize(second + 1, 0);
        }
        of_kind.by_second[second] += 1;
    }

    pub(super) fn refused(&mut self, kind: Kind, waited: Duration, has_retry_after: bool) {
        self.of(kind).refused += 1;
        self.refusals.record(waited);
        self.without_retry_after += u64::from(!has_retry_after);
    }

    pub(super) fn lose(&mut self, reason: &dyn Display) {
        self.lost.push(reason.to_string());
    }

    fn of(&mut self, kind: Kind) -> &mut Counts {
        match kind {
            Kind::Small => &mut self.small,
            Kind::Large => &mut self.large,
        }
    }
}
