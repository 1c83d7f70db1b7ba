//! What is in flight: memory that follows how many requests come at a time, and not how many have
//! come. As load rises it rises, too, and goes with it.

use super::{MOST_WINDOWS, Point, WARM_UP, median, pearson};

/// The last third of the time has at least so many times the rate of the first third: what load
/// does by itself from minute to minute is less.
const ROSE: f64 = 1.25;

/// A fit that is worse by no more than this is as good: what is in flight for a while lags behind
/// the rate. Of what grows by requests under a rate that rises evenly from nothing, the rate's fit
/// is worse by 0.02.
const AS_GOOD: f64 = 0.005;

/// Whether the figure fits the rate of requests at least as well as their sum, where the rate rose
/// clearly. Under a rate that is the same all the time the two are not told apart, and it is
/// growth.
pub(super) fn is_in_flight(points: &[Point]) -> bool {
    let windows = windows(points);
    let windows = windows.get(WARM_UP..).unwrap_or_default();
    let third = windows.len() / 3;
    if third == 0 {
        return false;
    }
    let mean = |windows: &[Window]| {
        windows.iter().map(|window| window.rate).sum::<f64>() / windows.len() as f64
    };
    let (early, late) = (mean(&windows[..third]), mean(&windows[windows.len() - third..]));
    let fits = |x: fn(&Window) -> f64| {
        pearson(&windows.iter().map(|window| (x(window), window.bytes)).collect::<Vec<_>>())
    };
    late > ROSE * early && fits(|window| window.rate) >= fits(|window| window.sum) - AS_GOOD
}

/// Some of the time.
struct Window {
    /// Requests a second.
    rate: f64,
    /// Requests until its middle.
    sum: f64,
    /// The figure's median.
    bytes: f64,
}

/// The same numbers of readings, which come at equal times.
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
