//! Memory of requests in progress. It follows the rate of requests, and not their number: it rises
//! and falls with the load.

use super::{MOST_WINDOWS, Point, WARM_UP, median, pearson};

/// The rate in the last third of the time must be at least this many times the rate in the first
/// third. The load of a service changes by less from minute to minute.
const ROSE: f64 = 1.25;

/// A fit that is worse by at most this counts as equal, since memory of long requests lags behind
/// the rate. For growth by requests under an evenly rising rate, the rate's fit is worse by 0.02.
const AS_GOOD: f64 = 0.005;

/// Whether the figure fits the rate of requests at least as well as their number, if the rate rose
/// clearly. Under a constant rate the two cannot be distinguished, and it counts as growth.
pub(super) fn is_in_flight(points: &[Point]) -> bool {
    follow(windows(points).get(WARM_UP..).unwrap_or_default())
}

/// The same for parts of the time, without a start.
pub(super) fn follow(windows: &[Window]) -> bool {
    let Some((early, late)) = early_and_late(windows) else { return false };
    let fits = |x: fn(&Window) -> f64| {
        pearson(&windows.iter().map(|window| (x(window), window.bytes)).collect::<Vec<_>>())
    };
    late > ROSE * early && fits(|window| window.rate) >= fits(|window| window.sum) - AS_GOOD
}

/// The mean rate of the first third, and of the last.
pub(super) fn early_and_late(windows: &[Window]) -> Option<(f64, f64)> {
    let third = windows.len() / 3;
    let mean = |windows: &[Window]| {
        windows.iter().map(|window| window.rate).sum::<f64>() / windows.len() as f64
    };
    (third > 0).then(|| (mean(&windows[..third]), mean(&windows[windows.len() - third..])))
}

/// A part of the time.
pub(super) struct Window {
    /// Requests per second.
    pub(super) rate: f64,
    /// Requests until its middle.
    pub(super) sum: f64,
    /// The level of the figure.
    pub(super) bytes: f64,
}

/// Parts with equal numbers of readings.
fn windows(points: &[Point]) -> Vec<Window> {
    let size = points.len().div_ceil(MOST_WINDOWS).max(3);
    let window = |points: &[Point]| {
        let (first, last) = (points.first()?, points.last()?);
        let seconds = (last.at - first.at).as_secs_f64();
        let requests = (last.requests - first.requests) as f64;
        let bytes = median(&mut points.iter().map(|point| point.bytes).collect::<Vec<_>>());
        let rate = requests / seconds;
        (seconds > 0.0).then_some(Window {
            rate,
            sum: first.requests as f64 + requests / 2.0,
            bytes,
        })
    };
    points.chunks(size).filter_map(window).collect()
}
