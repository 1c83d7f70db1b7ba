//! Growth: whether a figure grows, steadily and by what, or only fills up.
//!
//! The history is cut into windows of equal *work* (requests), and again of equal *time*. A leak
//! adds as much in each window as in the one before; what fills up (a cache) adds less and less;
//! what comes and goes (a burst, a batch) adds in some windows and takes away in others. So three
//! questions are asked of the windows' medians: do most of them grow, has the last part not slowed
//! down, and is the sum more than what the readings scatter by.
//!
//! Requests and time are told apart by windows without requests: what grows then grows with
//! time, and what is flat then grows with requests. The slope is Theil's and Sen's, the median over
//! all pairs of readings, which a quarter of outliers does not move.

use core::time::Duration;

mod rate;
mod stairs;

pub(super) use self::stairs::Stairs;

/// Fewer readings are not judged: four windows with a median of three each.
pub(super) const LEAST_READINGS: usize = 12;

/// Windows that a long history is cut into.
const MOST_WINDOWS: usize = 9;

/// The first window is the program's start, and is not judged.
const WARM_UP: usize = 1;

/// This part of the windows has to grow, each by this part of the mean. A leak grows in all of
/// them; that one in four does not is for windows in which fewer of the guilty requests came.
const MOST_OF_THEM: f64 = 0.75;
const OF_THE_MEAN: f64 = 0.25;

/// The last third of the windows grows at least by this part of what the first third does. A leak
/// has 1; a cache that takes what it misses grows as `1 - exp(-x)`, and is below this when it is
/// two fifths full.
const NOT_SLOWED: f64 = 0.7;

/// What allocators' and the kernel's figures are off by: caches of threads and of processors, that
/// are counted late.
const LEAST_BYTES: f64 = (1 << 20) as f64;

/// Growth of less than this part of the level is not told from what requests that are under way
/// hold.
const LEAST_SHARE: f64 = 0.02;

/// How far the medians have to move, in median absolute deviations of the readings within a window.
const LEAST_DEVIATIONS: f64 = 4.0;

/// An interval is idle if requests come at less than this part of the mean rate.
const IDLE: f64 = 0.05;

/// Growth while idle, as a part of growth while busy: below the first it is flat, above the second
/// it is the same.
const FLAT: f64 = 0.1;
const THE_SAME: f64 = 0.5;

/// A figure at one moment.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Point {
    pub(super) at: Duration,
    pub(super) requests: u64,
    pub(super) bytes: f64,
}

/// What a figure grows with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum By {
    /// Requests: it is flat while nobody asks.
    Requests,
    /// Time: it grows while nobody asks, or there are no requests.
    Time,
    /// Nobody can tell: requests came all the time.
    Either,
}

/// A figure that grows, steadily until now.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Growth {
    pub(super) by: By,
    /// From the first window's median to the last's.
    pub(super) bytes: f64,
    pub(super) bytes_per_request: f64,
    pub(super) bytes_per_second: f64,
    /// Of the readings with the requests, or with time if it grows by that.
    pub(super) correlation: f64,
    /// Seconds without requests, and what it grew by in them.
    pub(super) idle_seconds: f64,
    pub(super) idle_bytes: f64,
    /// Seconds in which it could be seen to grow: the busy ones, or all if it grows by time.
    pub(super) seen_seconds: f64,
}

impl Growth {
    /// `None` if it does not grow, does so no longer, or nobody can tell yet. What is idle for less
    /// than half of `settle` is between two requests, and proves no growth by time.
    pub(super) fn of(points: &[Point], settle: Duration) -> Option<Self> {
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
        let by = match idle.by() {
            _ if requests == 0 => By::Time,
            By::Time if idle.seconds < settle.as_secs_f64() / 2.0 => By::Either,
            by => by,
        };
        if by != By::Time && rate::is_in_flight(points) {
            return None;
        }
        let correlation = match by {
            By::Time => correlation(points, by_time),
            _ => correlation(points, by_requests),
        };
        Some(Self {
            by,
            bytes,
            bytes_per_request: if requests > 0 { slope(points, by_requests) } else { 0.0 },
            bytes_per_second: slope(points, by_time),
            correlation,
            idle_seconds: idle.seconds,
            idle_bytes: idle.bytes,
            seen_seconds: if by == By::Time { by_time(last) } else { idle.busy_seconds },
        })
    }
}

/// What the figure grew by in all, if it grows in step with `x` until now.
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

/// The median of each window of `x`, and the median absolute deviation of the readings from their
/// window's line.
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
    // Half of what lies between neighbours is the growth itself.
    let mut jumps: Vec<f64> =
        points.windows(3).map(|p| (p[1].bytes - (p[0].bytes + p[2].bytes) / 2.0).abs()).collect();
    (medians, median(&mut jumps))
}

/// The median of all slopes between two readings, of at most some hundred spread over the history.
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

/// Pearson's correlation; 0 if one of the two does not vary.
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

/// What happened while nobody asked.
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
        // The first interval after a busy one may still count what that one left.
        let mut was_idle = false;
        for pair in points.windows(2) {
            let seconds = (pair[1].at - pair[0].at).as_secs_f64();
            let bytes = pair[1].bytes - pair[0].bytes;
            let is_idle = (pair[1].requests - pair[0].requests) as f64 <= IDLE * rate * seconds;
            if is_idle && was_idle {
                idle.seconds += seconds;
                idle.bytes += bytes;
            } else if !is_idle {
                idle.busy_seconds += seconds;
                idle.busy_bytes += bytes;
            }
            was_idle = is_idle;
        }
        idle
    }

    fn by(&self) -> By {
        // Less would be between two requests, and not idle.
        let is_long =
            self.seconds >= 0.05 * (self.seconds + self.busy_seconds) && self.busy_seconds > 0.0;
        if !is_long || self.busy_bytes <= 0.0 {
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

/// The median; 0 of nothing.
pub(super) fn median(values: &mut [f64]) -> f64 {
    if values.is_empty() {
        return 0.0;
    }
    let middle = values.len() / 2;
    *values.select_nth_unstable_by(middle, f64::total_cmp).1
}

#[cfg(test)]
mod tests;
