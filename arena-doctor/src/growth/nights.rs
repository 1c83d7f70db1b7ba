//! Growth from night to night: a service that is almost idle at night shows its level in each.
//!
//! [Troughs](super::troughs) need five waves. With a wave a day, a process may be dead by then. A
//! *night* is a stretch of time in which few requests come. Almost nothing is in progress in it,
//! so its level is known exactly: it is the median of many readings, and they scatter little. So
//! three nights suffice for a possible growth, and four for a likely one.
//!
//! Each night must lie above the one before it, by many times the scatter within the two. All of
//! them must lie on one line against requests, or against time. Growth must not have slowed down,
//! neither in the second half nor since the last night but one. The level must not have fallen
//! since the last night. And the load must not rise by as large a share as the level, since pools
//! keep the size that the highest load needs.
//!
//! # False alarms
//!
//! The scatter within a night is no measure of how a level wanders by day. Let the levels of the
//! nights be independent of each other. Then each order of them is equally likely, and few of the
//! ordered ones are on one line. The tests compute the odds for levels with a normal, a uniform
//! and an exponential distribution. These are the largest, of the normal one:
//!
//! | nights | the order alone | with the line |
//! |---|---|---|
//! | 3 | 1 in 6 | 1 in 25 |
//! | 4 | 1 in 24 | 1 in 175 |
//!
//! Only levels that wander by a tenth of the memory and by 16 MiB count. All nights of the history
//! are judged together, so three nights are judged once in the life of a process, and four as well.
//!
//! A cache that fills evenly looks like a leak until it is full. One that slows down is at most
//! possible: it adds less in its last night than in its first. It is no growth once it adds less
//! than 0.7 of that.

use core::ops::Range;

use super::troughs::{Line, ON_A_LINE, Rise};
use super::{LEAST_BYTES, NOT_SLOWED, Point, median};

/// In a night, requests come at less than this share of the mean rate.
const QUIET: f64 = 0.3;

/// The least number of readings in a night.
const LEAST_READINGS: usize = 5;

/// A pause by day is shorter than this share of the longest night. The first night and the last
/// one may be incomplete.
const OF_THE_LONGEST: f64 = 0.25;

/// Busy time between two parts of one night is shorter than this share of the longer part.
const INTERRUPTED: f64 = 0.25;

/// The least number of nights, and the number from which growth may be likely.
const LEAST_NIGHTS: usize = 3;
const LIKELY_NIGHTS: usize = 4;

/// A night lies above the one before it by at least this many median absolute deviations.
const FAR_ABOVE: f64 = 8.0;

/// The last night of an even growth adds at least this share of what the second one did.
const EVEN: f64 = 0.85;

/// Rates of requests within this factor are equal.
const THE_SAME_RATE: f64 = 1.02;

/// Growth from night to night.
pub(super) struct Nights {
    pub(super) rise: Rise,
    /// Whether it is at most possible: there are three nights, or it slows down.
    pub(super) is_early: bool,
}

/// The level of one night.
struct Night {
    point: Point,
    scatter: f64,
}

/// `None` if there are too few nights, or if they do not rise evenly until now.
pub(super) fn rise(points: &[Point]) -> Option<Nights> {
    let ranges = quiet_times(points);
    let since = &points[ranges.last()?.end..];
    let nights: Vec<Night> = ranges.into_iter().map(|range| Night::of(&points[range])).collect();
    let are_apart = nights.windows(2).all(|pair| {
        let scatter = pair[0].scatter.max(pair[1].scatter);
        pair[1].point.bytes - pair[0].point.bytes >= LEAST_BYTES.max(FAR_ABOVE * scatter)
    });
    let rise = || rise_of(nights.iter().map(|night| night.point).collect());
    are_apart.then(rise).flatten().filter(|found| !has_fallen(since, &found.rise.troughs))
}

/// Whether the level has fallen by half a night's growth since the last night.
fn has_fallen(since: &[Point], nights: &[Point]) -> bool {
    let [.., before, last] = nights else { return false };
    let middle = f64::midpoint(before.bytes, last.bytes);
    since.iter().any(|point| point.bytes < middle)
}

fn rise_of(nights: Vec<Point>) -> Option<Nights> {
    if nights.len() < LEAST_NIGHTS {
        return None;
    }
    let by_requests = |point: &Point| (point.requests - nights[0].requests) as f64;
    let by_time = |point: &Point| (point.at - nights[0].at).as_secs_f64();
    let per_request = Line::of(&nights, by_requests);
    let per_second = Line::of(&nights, by_time);
    // The better of the two: requests if they explain it as well.
    let (best, steps) = match (per_request, per_second) {
        (Some(requests), Some(time)) if requests.farthest <= time.farthest => {
            (requests, slopes(&nights, by_requests))
        }
        (_, Some(time)) => (time, slopes(&nights, by_time)),
        _ => return None,
    };
    let (first, last) = (*steps.first()?, *steps.last()?);
    let rises = nights.windows(2).all(|pair| pair[1].bytes > pair[0].bytes);
    let goes_on = best.late >= NOT_SLOWED * best.early && last >= NOT_SLOWED * best.slope;
    let is_on_a_line = best.farthest <= ON_A_LINE * best.bytes;
    if !rises || !goes_on || !is_on_a_line || load_explains(&nights) {
        return None;
    }
    Some(Nights {
        is_early: nights.len() < LIKELY_NIGHTS || last < EVEN * first,
        rise: Rise {
            bytes: best.bytes,
            bytes_per_request: per_request.map_or(0.0, |line| line.slope),
            bytes_per_second: per_second.map_or(0.0, |line| line.slope),
            troughs: nights,
        },
    })
}

/// The slope from each night to the next one.
fn slopes(nights: &[Point], x: impl Fn(&Point) -> f64) -> Vec<f64> {
    let slope = |pair: &[Point]| (pair[1].bytes - pair[0].bytes) / (x(&pair[1]) - x(&pair[0]));
    nights.windows(2).map(slope).collect()
}

/// Whether the load rises from day to day, and by as large a share as the level. Each night has the
/// level of the day before it, and the load before the first night is unknown.
fn load_explains(nights: &[Point]) -> bool {
    let rate = |pair: &[Point]| {
        (pair[1].requests - pair[0].requests) as f64 / (pair[1].at - pair[0].at).as_secs_f64()
    };
    let rates: Vec<f64> = nights.windows(2).map(rate).collect();
    let ([first, .., last], [_, early, .., late]) = (&rates[..], nights) else { return false };
    rates.windows(2).all(|pair| pair[1] > THE_SAME_RATE * pair[0])
        && last * early.bytes >= first * late.bytes
}

/// The places of the readings of each night.
fn quiet_times(points: &[Point]) -> Vec<Range<usize>> {
    let (Some(first), Some(last)) = (points.first(), points.last()) else { return Vec::new() };
    let rate = (last.requests - first.requests) as f64
        / (last.at - first.at).as_secs_f64().max(f64::MIN_POSITIVE);
    let seconds =
        |range: &Range<usize>| (points[range.end - 1].at - points[range.start].at).as_secs_f64();
    let mut nights: Vec<Range<usize>> = Vec::new();
    for (place, pair) in points.windows(2).enumerate() {
        let requests = (pair[1].requests - pair[0].requests) as f64;
        if requests > QUIET * rate * (pair[1].at - pair[0].at).as_secs_f64() {
            continue;
        }
        match nights.last_mut() {
            Some(night) if night.end > place => night.end = place + 2,
            _ => nights.push(place..place + 2),
        }
    }
    nights.dedup_by(|later, earlier| {
        let between = seconds(&(earlier.end - 1..later.start + 1));
        let is_one = between < INTERRUPTED * seconds(earlier).max(seconds(later));
        if is_one {
            earlier.end = later.end;
        }
        is_one
    });
    let longest = nights.iter().map(&seconds).fold(0.0, f64::max);
    nights.retain(|night| {
        let may_be_cut = night.start == 0 || night.end == points.len();
        let is_long = seconds(night) >= OF_THE_LONGEST * longest;
        night.len() >= LEAST_READINGS && (is_long || may_be_cut)
    });
    nights
}

impl Night {
    /// The level of these readings: the median. Time and requests are those of the middle one.
    fn of(points: &[Point]) -> Self {
        let mut levels: Vec<f64> = points.iter().map(|point| point.bytes).collect();
        let bytes = median(&mut levels);
        levels.iter_mut().for_each(|level| *level = (*level - bytes).abs());
        let middle = points[points.len() / 2];
        Self { point: Point { bytes, ..middle }, scatter: median(&mut levels) }
    }
}

#[cfg(test)]
mod tests;
