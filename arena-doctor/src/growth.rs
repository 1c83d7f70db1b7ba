//! Growth: whether a figure grows steadily, by how much, or only fills up.
//!
//! The history is cut into windows of equal *work* (requests), and again of equal *time*. A leak
//! adds as much in each window as in the one before. A cache that fills up adds less and less. A
//! burst or a batch adds in some windows and removes in others. So three conditions must hold for
//! the medians of the windows: most of them grow, growth has not slowed down in the last part, and
//! the sum exceeds the scatter of the readings.
//!
//! A load that goes up and down makes windows that grow and windows that shrink. Then the
//! [troughs] of its waves are judged instead, or its [nights] if there are few. The [start] of the
//! service never counts. The [teeth] of a saw are no growth: the level falls back from them.
//!
//! Windows without requests distinguish growth by time from growth by requests: a figure that grows
//! in them grows with time, and one that is flat grows with requests. The slope is that of Theil
//! and Sen: the median over all pairs of readings, which tolerates a quarter of outliers.

use core::time::Duration;

mod nights;
mod rate;
mod stairs;
mod start;
pub(super) mod teeth;
mod troughs;

pub(super) use self::stairs::Stairs;
pub(super) use self::troughs::CERTAIN_TROUGHS;
use self::troughs::Rise;

/// The least number of readings: four windows with a median of three each.
pub(super) const LEAST_READINGS: usize = 12;

/// The number of windows of a long history.
const MOST_WINDOWS: usize = 9;

/// The first window is the start of the program, and does not count.
const WARM_UP: usize = 1;

/// This share of the windows must grow, each by this share of the mean. A leak grows in all of
/// them. One in four may fail, since fewer of the leaking requests may come in it.
const MOST_OF_THEM: f64 = 0.75;
const OF_THE_MEAN: f64 = 0.25;

/// The last third of the windows must grow by at least this share of the first third's growth. A
/// leak has 1. A cache that stores its misses grows as `1 - exp(-x)`, and falls below this when it
/// is two fifths full.
const NOT_SLOWED: f64 = 0.7;

/// The error of the figures of allocators and of the kernel: caches of threads and processors are
/// counted late.
const LEAST_BYTES: f64 = (1 << 20) as f64;

/// Growth below this share of the level cannot be distinguished from memory of requests in
/// progress.
const LEAST_SHARE: f64 = 0.02;

/// The least movement of the medians, in median absolute deviations of the readings within a
/// window.
const LEAST_DEVIATIONS: f64 = 4.0;

/// An interval is idle if requests come at less than this share of the mean rate.
const IDLE: f64 = 0.05;

/// Growth while idle, as a share of growth while busy. Below the first value it counts as flat,
/// above the second as equal.
const FLAT: f64 = 0.1;
const THE_SAME: f64 = 0.5;

/// A figure at one moment.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Point {
    pub(super) at: Duration,
    pub(super) requests: u64,
    pub(super) bytes: f64,
}

/// The quantity that a figure grows with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum By {
    /// Requests: it is flat without requests.
    Requests,
    /// Time: it grows without requests, or there are none.
    Time,
    /// Unknown, since requests came all the time.
    Either,
    /// Unknown, since no request was ever counted.
    Uncounted,
}

/// Steady growth of a figure until now.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Growth {
    pub(super) by: By,
    /// Growth from the median of the first window to that of the last, or from the first trough to
    /// the last.
    pub(super) bytes: f64,
    pub(super) bytes_per_request: f64,
    pub(super) bytes_per_second: f64,
    /// Correlation of the readings with requests, or with time for growth by time.
    pub(super) correlation: f64,
    /// Seconds without requests, and the growth during them.
    pub(super) idle_seconds: f64,
    pub(super) idle_bytes: f64,
    /// Seconds in which growth could be seen: the busy ones, or all for growth by time.
    pub(super) seen_seconds: f64,
    /// Seconds from the first reading that counts until now.
    pub(super) lasts_seconds: f64,
    /// The number of troughs, if it grows beneath a load that goes up and down.
    pub(super) troughs: Option<usize>,
    /// Whether it is at most possible: a cache that fills up over days may look the same.
    pub(super) is_early: bool,
}

impl Growth {
    /// `None` if it does not grow, has stopped growing, or the readings do not suffice. Idle time
    /// of less than half of `settle` lies between two requests, and proves no growth by time.
    pub(super) fn of(points: &[Point], settle: Duration) -> Option<Self> {
        let points = start::steady_part(points, settle);
        let straight = Self::straight(points, settle);
        if straight.is_some_and(|growth| growth.by != By::Either) {
            return straight;
        }
        // On a wave, only the troughs may show what it grows with.
        let beneath = Self::beneath(points, settle, LEAST_SHARE);
        let decides = |growth: &Self| growth.by != By::Either || straight.is_none();
        beneath.filter(decides).or(straight)
    }

    /// The same for growth that is small beside the level, which only the troughs show.
    pub(super) fn slow(points: &[Point], settle: Duration) -> Option<Self> {
        Self::beneath(start::steady_part(points, settle), settle, 0.0)
    }

    /// The same from night to night, if there are too few troughs. It is for the whole history.
    pub(super) fn nightly(points: &[Point], settle: Duration) -> Option<Self> {
        let points = start::steady_part(points, settle);
        let nights::Nights { rise, is_early } = nights::rise(points)?;
        let growth = Self::of_rise(points, settle, &rise)?;
        Some(Self { is_early, ..growth })
    }

    /// Growth in most windows.
    fn straight(points: &[Point], settle: Duration) -> Option<Self> {
        let (first, last) = (points.first()?, points.last()?);
        if points.len() < LEAST_READINGS {
            return None;
        }
        let by_requests = |point: &Point| (point.requests - first.requests) as f64;
        let by_time = |point: &Point| (point.at - first.at).as_secs_f64();
        let requests = last.requests - first.requests;
        let steady_by_requests = (requests > 0).then(|| steady(points, by_requests)).flatten();
        let bytes = steady_by_requests.or_else(|| steady(points, by_time))?;
        let idle = Idle::of(points);
        let by = idle.by_enough(idle.by(), requests, last.requests, settle);
        let is_by_time = matches!(by, By::Time | By::Uncounted);
        if !is_by_time && rate::is_in_flight(points) {
            return None;
        }
        let correlation = if is_by_time {
            correlation(points, by_time)
        } else {
            correlation(points, by_requests)
        };
        Some(Self {
            by,
            bytes,
            bytes_per_request: if requests > 0 { slope(points, by_requests) } else { 0.0 },
            bytes_per_second: slope(points, by_time),
            correlation,
            idle_seconds: idle.seconds,
            idle_bytes: idle.bytes,
            seen_seconds: if is_by_time { by_time(last) } else { idle.busy_seconds },
            lasts_seconds: by_time(last),
            troughs: None,
            is_early: false,
        })
    }

    /// Growth of the troughs, by at least this share of the level.
    fn beneath(points: &[Point], settle: Duration, least_share: f64) -> Option<Self> {
        Self::of_rise(points, settle, &troughs::rise(points, least_share)?)
    }

    fn of_rise(points: &[Point], settle: Duration, rise: &Rise) -> Option<Self> {
        let troughs = &rise.troughs[..];
        let (first, last, now) = (troughs.first()?, troughs.last()?, points.last()?);
        let requests = last.requests - first.requests;
        let idle = Idle::of(points);
        let by =
            idle.by_enough(idle.by_slope(rise.bytes_per_second), requests, now.requests, settle);
        let by_requests = |point: &Point| (point.requests - first.requests) as f64;
        let by_time = |point: &Point| (point.at - first.at).as_secs_f64();
        Some(Self {
            by,
            bytes: rise.bytes,
            bytes_per_request: rise.bytes_per_request,
            bytes_per_second: rise.bytes_per_second,
            correlation: match by {
                By::Time | By::Uncounted => correlation(troughs, by_time),
                _ => correlation(troughs, by_requests),
            },
            idle_seconds: idle.seconds,
            idle_bytes: idle.bytes,
            seen_seconds: by_time(last),
            lasts_seconds: by_time(now),
            troughs: Some(troughs.len()),
            is_early: false,
        })
    }
}

/// Total growth of the figure, if it grows in step with `x` until now.
fn steady(points: &[Point], x: impl Fn(&Point) -> f64) -> Option<f64> {
    let (medians, scatter) = windows(points, &x);
    let medians = medians.get(WARM_UP..)?;
    let grown = medians.last()? - medians.first()?;
    let level = medians.last()?.abs();
    let least = LEAST_BYTES.max(LEAST_SHARE * level).max(LEAST_DEVIATIONS * scatter);
    let steps: Vec<f64> = medians.windows(2).map(|pair| pair[1] - pair[0]).collect();
    if grown < least || steps.len() < 2 {
        return None;
    }
    let mean = grown / steps.len() as f64;
    let growing = steps.iter().filter(|&&step| step > OF_THE_MEAN * mean).count() as f64;
    let third = steps.len().div_ceil(3);
    let (early, late): (f64, f64) =
        (steps[..third].iter().sum(), steps[steps.len() - third..].iter().sum());
    (growing >= MOST_OF_THEM * steps.len() as f64 && late >= NOT_SLOWED * early).then_some(grown)
}

/// The median of each window of `x`, and the median absolute deviation of the readings from the
/// line of their window.
fn windows(points: &[Point], x: impl Fn(&Point) -> f64) -> (Vec<f64>, f64) {
    let count = (points.len() / 3).clamp(4, MOST_WINDOWS);
    let whole = points.last().map_or(0.0, &x).max(f64::MIN_POSITIVE);
    let mut windows = vec![Vec::new(); count];
    for point in points {
        let place = (x(point) / whole * count as f64) as usize;
        windows[place.min(count - 1)].push(point.bytes);
    }
    windows.retain(|window| !window.is_empty());
    let medians: Vec<f64> = windows.iter_mut().map(|window| median(window)).collect();
    // Half of the distance between neighbours is the growth itself.
    let mut jumps: Vec<f64> =
        points.windows(3).map(|p| (p[1].bytes - (p[0].bytes + p[2].bytes) / 2.0).abs()).collect();
    (medians, median(&mut jumps))
}

/// The median of all slopes between two readings. It uses at most a few hundred readings, spread
/// over the history.
fn slope(points: &[Point], x: impl Fn(&Point) -> f64) -> f64 {
    const MOST: usize = 200;
    let step = points.len().div_ceil(MOST);
    let some: Vec<_> = points.iter().step_by(step).map(|point| (x(point), point.bytes)).collect();
    let mut slopes: Vec<f64> = some
        .iter()
        .enumerate()
        .flat_map(|(index, a)| some[index + 1..].iter().map(move |b| (a, b)))
        .filter(|(a, b)| b.0 > a.0)
        .map(|(a, b)| (b.1 - a.1) / (b.0 - a.0))
        .collect();
    median(&mut slopes)
}

fn correlation(points: &[Point], x: impl Fn(&Point) -> f64) -> f64 {
    pearson(&points.iter().map(|point| (x(point), point.bytes)).collect::<Vec<_>>())
}

/// Pearson's correlation. 0 if one of the two is constant.
pub(super) fn pearson(pairs: &[(f64, f64)]) -> f64 {
    let count = pairs.len() as f64;
    let (mean_x, mean_y) =
        pairs.iter().fold((0.0, 0.0), |(x, y), pair| (x + pair.0 / count, y + pair.1 / count));
    let [mut xy, mut xx, mut yy] = [0.0; 3];
    for (x, y) in pairs {
        let (dx, dy) = (x - mean_x, y - mean_y);
        xy += dx * dy;
        xx += dx * dx;
        yy += dy * dy;
    }
    if xx * yy > 0.0 { xy / (xx * yy).sqrt() } else { 0.0 }
}

/// The changes of the figure without requests.
struct Idle {
    seconds: f64,
    bytes: f64,
    busy_seconds: f64,
    busy_bytes: f64,
}

impl Idle {
    fn of(points: &[Point]) -> Self {
        let mut idle = Self { seconds: 0.0, bytes: 0.0, busy_seconds: 0.0, busy_bytes: 0.0 };
        let (Some(first), Some(last)) = (points.first(), points.last()) else { return idle };
        let rate = (last.requests - first.requests) as f64
            / (last.at - first.at).as_secs_f64().max(f64::MIN_POSITIVE);
        // The first interval after a busy one may still include memory from the busy one. The last
        // one before a busy one may already do so, if requests came in it.
        let mut was_idle = false;
        let mut at_the_edge = (0.0, 0.0);
        for pair in points.windows(2) {
            let seconds = (pair[1].at - pair[0].at).as_secs_f64();
            let bytes = pair[1].bytes - pair[0].bytes;
            let requests = pair[1].requests - pair[0].requests;
            let is_idle = requests as f64 <= IDLE * rate * seconds;
            if is_idle && was_idle {
                let mut add = |(seconds, bytes)| {
                    idle.seconds += seconds;
                    idle.bytes += bytes;
                };
                add(core::mem::take(&mut at_the_edge));
                if requests > 0 {
                    at_the_edge = (seconds, bytes);
                } else {
                    add((seconds, bytes));
                }
            } else if !is_idle {
                at_the_edge = (0.0, 0.0);
                idle.busy_seconds += seconds;
                idle.busy_bytes += bytes;
            }
            was_idle = is_idle;
        }
        idle
    }

    /// A shorter pause lies between two requests.
    fn is_long(&self) -> bool {
        self.seconds >= 0.05 * (self.seconds + self.busy_seconds) && self.busy_seconds > 0.0
    }

    /// The same, if that is known without doubt: without requests, or by enough idle time.
    /// `requests` came meanwhile, of `counted` since the start.
    fn by_enough(&self, by: By, requests: u64, counted: u64, settle: Duration) -> By {
        match by {
            _ if counted == 0 => By::Uncounted,
            _ if requests == 0 => By::Time,
            By::Time if self.seconds < settle.as_secs_f64() / 2.0 => By::Either,
            by => by,
        }
    }

    /// What the troughs of a wave grow with, at this slope. In idle times the wave itself may fall
    /// by much more than they grow.
    fn by_slope(&self, bytes_per_second: f64) -> By {
        let idle = self.bytes / self.seconds / bytes_per_second;
        if !self.is_long() {
            By::Either
        } else if idle.abs() < FLAT {
            By::Requests
        } else if (THE_SAME..1.0 / THE_SAME).contains(&idle) {
            By::Time
        } else {
            By::Either
        }
    }

    fn by(&self) -> By {
        if !self.is_long() || self.busy_bytes <= 0.0 {
            return By::Either;
        }
        let (idle, busy) = (self.bytes / self.seconds, self.busy_bytes / self.busy_seconds);
        if idle < FLAT * busy {
            By::Requests
        } else if idle > THE_SAME * busy {
            By::Time
        } else {
            By::Either
        }
    }
}

/// The median. 0 for no values.
pub(super) fn median(values: &mut [f64]) -> f64 {
    if values.is_empty() {
        return 0.0;
    }
    let middle = values.len() / 2;
    *values.select_nth_unstable_by(middle, f64::total_cmp).1
}

#[cfg(test)]
mod tests;
