//! Growth beneath a load that goes up and down: the level never falls back to where it was.
//!
//! A production day is a wave, and a leak beneath it is small beside the wave. So this judges only
//! the *troughs*: the lowest readings between two peaks. A turning point counts as a peak or a
//! trough if the level moves away from it by a part of its whole range. So the period need not be
//! known, and need not be constant.
//!
//! Three conditions must hold for the troughs. They rise: by the test of Mann and Kendall, or, if
//! there are fewer than eight, all of them on one line. They rise until now: the second half rises
//! as fast as the first. And the number of requests explains them better than the rate, so that a
//! load that grows from wave to wave is no leak. The slope is that of Theil and Sen.
//!
//! # False alarms
//!
//! Of a service without growth, let the levels of the troughs be independent of each other. Then
//! each order of them is equally likely. The exact distribution of Kendall's S, which counts the
//! pairs that rise less those that fall, gives the odds that chance alone makes them rise:
//!
//! | troughs | the order alone | with the line |
//! |---|---|---|
//! | 5 | 1 in 120 | 1 in 1,000 |
//! | 6 | 1 in 720 | 1 in 7,000 |
//! | 7 | 1 in 5,040 | 1 in 60,000 |
//! | 8 | 1 in 5,040: S is 26 or 28 | |
//! | 9 | 1 in 2,341 | |
//! | 12 | 1 in 2,052 | |
//! | 36 | 1 in 903 | |
//! | many | 1 in 741: the normal distribution | |
//!
//! The odds with the line are of levels with a normal distribution. Levels with a uniform or an
//! exponential one have smaller odds. The tests compute all of them.
//!
//! These are the odds of a judgement. Judgements between two troughs see the same ones. So there
//! are as many cases in a week as troughs: 7 with a wave a day, and 5,040 with one of two minutes.
//! A service with waves of a day has a false alarm by five troughs in 140 weeks. With two minutes
//! there are five in a week, so five or six troughs are never certain. All of that is only for
//! troughs that scatter by a tenth of the memory and by 16 MiB, since less is no finding. Troughs
//! of a service that is idle between its waves scatter by less than a hundredth.
//!
//! Fewer troughs suffice if they are [nights](super::nights), in which few requests come.
//!
//! A level that wanders is not independent: five troughs of a random walk pass in 1 of 87 cases.
//!
//! # Alternatives
//!
//! * Prometheus' `predict_linear` and other least squares over all readings: the phase of the wave
//!   at both ends decides the slope, and the result has no error.
//! * Mann and Kendall's test on all readings: neighbours on a wave depend on each other, which the
//!   test forbids. Troughs of different waves hardly do.
//! * Sober counts accesses to each object, and LeakPoint follows each pointer. They need
//!   instrumentation that no production service can pay for.
//! * A regression on rate and number of requests: waves of sessions, batches and queues do not
//!   follow the rate at the same moment, and the lag looks like growth.
//! * Windows of one period each need the period, and several cycles to find it.

use super::rate::{self, Window};
use super::{LEAST_BYTES, LEAST_DEVIATIONS, NOT_SLOWED, OF_THE_MEAN, Point, median};

/// A turning point is followed by a movement of at least this share of the range.
const PROMINENT: f64 = 0.3;

/// Five troughs in a regular wave suffice, if all of them rise. With eight, some need not.
const LEAST_TROUGHS: usize = 5;
const MANY: usize = 8;

/// With fewer troughs, growth is at most likely.
pub(in super::super) const CERTAIN_TROUGHS: usize = 7;

/// More troughs are grouped, and the lowest of each group counts. It bounds the cost, and a wave
/// of seconds on which readings fall by chance becomes even.
const MOST_TROUGHS: usize = 36;

/// The least test statistic of Mann and Kendall, in standard deviations: at most one in 741 by
/// chance.
const SIGNIFICANT: f64 = 3.0;

/// Few troughs must lie on one line, within this share of the growth.
pub(super) const ON_A_LINE: f64 = 0.12;

/// A rate of requests that may explain a small growth rises with at least this statistic.
const RATE_RISES: f64 = 1.6;

/// Growth of the troughs.
pub(super) struct Rise {
    /// From the first trough to the last.
    pub(super) bytes: f64,
    pub(super) bytes_per_request: f64,
    pub(super) bytes_per_second: f64,
    pub(super) troughs: Vec<Point>,
}

/// `None` if there are too few troughs, or if they do not rise until now. They must rise by this
/// share of the level.
pub(super) fn rise(points: &[Point], least_share: f64) -> Option<Rise> {
    rise_of(troughs(points), least_share)
}

fn rise_of(troughs: Vec<Point>, least_share: f64) -> Option<Rise> {
    let (first, last) = (*troughs.first()?, *troughs.last()?);
    let steps = || troughs.windows(2).map(|pair| pair[1].bytes - pair[0].bytes);
    let is_level = last.bytes - first.bytes < LEAST_BYTES;
    if troughs.len() < LEAST_TROUGHS || is_level {
        return None;
    }
    let by_requests = |point: &Point| (point.requests - first.requests) as f64;
    let by_time = |point: &Point| (point.at - first.at).as_secs_f64();
    let per_request = Line::of(&troughs, by_requests);
    let per_second = Line::of(&troughs, by_time);
    // The better of the two: requests if they explain it as well.
    let best = match (per_request, per_second) {
        (Some(requests), Some(time)) if time.scatter < requests.scatter => time,
        (Some(requests), _) => requests,
        (None, time) => time?,
    };
    let least =
        LEAST_BYTES.max(least_share * last.bytes.abs()).max(LEAST_DEVIATIONS * best.scatter);
    if best.bytes < least || best.late < NOT_SLOWED * best.early {
        return None;
    }
    let rises = if troughs.len() < MANY {
        let mean = (last.bytes - first.bytes) / (troughs.len() - 1) as f64;
        steps().all(|step| step >= OF_THE_MEAN * mean) && best.farthest <= ON_A_LINE * best.bytes
    } else {
        let levels: Vec<f64> = troughs.iter().map(|trough| trough.bytes).collect();
        mann_kendall(&levels) >= SIGNIFICANT
    };
    (rises && !may_be_in_flight(&troughs, best.bytes)).then(|| Rise {
        bytes: best.bytes,
        bytes_per_request: per_request.map_or(0.0, |line| line.slope),
        bytes_per_second: per_second.map_or(0.0, |line| line.slope),
        troughs,
    })
}

/// The lowest reading between each two peaks.
fn troughs(points: &[Point]) -> Vec<Point> {
    let flat = detrended(points);
    let mut sorted = flat.clone();
    sorted.sort_unstable_by(f64::total_cmp);
    let at = |share: f64| sorted.get((sorted.len() as f64 * share) as usize).copied();
    let (Some(low), Some(high)) = (at(0.05), at(0.95)) else { return Vec::new() };
    let prominent = (PROMINENT * (high - low)).max(f64::MIN_POSITIVE);
    let mut troughs = Vec::new();
    let (mut lowest, mut highest, mut is_falling) = (0, 0, false);
    for (place, &level) in flat.iter().enumerate() {
        if is_falling {
            lowest = if level < flat[lowest] { place } else { lowest };
            if level - flat[lowest] >= prominent {
                troughs.push(lowest);
                (is_falling, highest) = (false, place);
            }
        } else {
            highest = if level > flat[highest] { place } else { highest };
            if flat[highest] - level >= prominent {
                (is_falling, lowest) = (true, place);
            }
        }
    }
    let lowest_of = |group: &[usize]| {
        let lowest = group.iter().min_by(|a, b| flat[**a].total_cmp(&flat[**b]));
        lowest.map(|&place| points[place])
    };
    let together = troughs.len().div_ceil(MOST_TROUGHS).max(1);
    // An incomplete group at the start would be higher than the others.
    let rest = troughs.len() % together;
    troughs[rest..].chunks(together).filter_map(lowest_of).collect()
}

/// The readings without the rise from their first third to their last.
fn detrended(points: &[Point]) -> Vec<f64> {
    let third = points.len() / 3;
    let middle = |points: &[Point]| {
        let mut levels: Vec<f64> = points.iter().map(|point| point.bytes).collect();
        (points.get(points.len() / 2).map(|point| point.at), median(&mut levels))
    };
    let (early, late) = (middle(&points[..third]), middle(&points[points.len() - third..]));
    let (Some(from), Some(to)) = (early.0, late.0) else { return Vec::new() };
    let slope = (late.1 - early.1) / (to - from).as_secs_f64().max(f64::MIN_POSITIVE);
    let flat = |point: &Point| point.bytes - slope * (point.at.as_secs_f64() - from.as_secs_f64());
    points.iter().map(flat).collect()
}

/// A line through troughs.
#[derive(Clone, Copy)]
pub(super) struct Line {
    pub(super) slope: f64,
    /// Growth from its first to its last point.
    pub(super) bytes: f64,
    /// The slopes of the first and the second half.
    pub(super) early: f64,
    pub(super) late: f64,
    /// The median distance of a point from the line, and the largest.
    pub(super) scatter: f64,
    pub(super) farthest: f64,
}

impl Line {
    /// `None` if `x` stands still.
    pub(super) fn of(points: &[Point], x: impl Fn(&Point) -> f64 + Copy) -> Option<Self> {
        let whole = x(points.last()?) - x(points.first()?);
        if whole <= 0.0 {
            return None;
        }
        let middle = points.len() / 2;
        let (early, late) = (&points[..=middle], &points[points.len() - 1 - middle..]);
        let slope = super::slope(points, x);
        let mut rests: Vec<f64> =
            points.iter().map(|point| point.bytes - slope * x(point)).collect();
        let line = median(&mut rests.clone());
        rests.iter_mut().for_each(|rest| *rest = (*rest - line).abs());
        Some(Self {
            slope,
            bytes: slope * whole,
            early: super::slope(early, x),
            late: super::slope(late, x),
            farthest: rests.iter().copied().fold(0.0, f64::max),
            scatter: median(&mut rests),
        })
    }
}

/// Mann and Kendall's statistic, in standard deviations: how many more pairs rise than fall.
fn mann_kendall(levels: &[f64]) -> f64 {
    let pairs = |place: usize| levels[place + 1..].iter().map(move |&later| (levels[place], later));
    let signs = (0..levels.len()).flat_map(pairs).map(|(earlier, later)| {
        f64::from(i8::from(later > earlier)) - f64::from(i8::from(later < earlier))
    });
    let (sum, count) = (signs.sum::<f64>(), levels.len() as f64);
    let deviation = (count * (count - 1.0) * (2.0 * count + 5.0) / 18.0).sqrt();
    if deviation > 0.0 { (sum - sum.signum()) / deviation } else { 0.0 }
}

/// Whether requests in progress may explain the troughs: they follow the rate of requests, or the
/// rate rises by as large a share as they do.
fn may_be_in_flight(troughs: &[Point], bytes: f64) -> bool {
    let window = |pair: &[Point]| {
        let seconds = (pair[1].at - pair[0].at).as_secs_f64();
        let requests = (pair[1].requests - pair[0].requests) as f64;
        let level = f64::midpoint(pair[0].bytes, pair[1].bytes);
        let sum = pair[0].requests as f64 + requests / 2.0;
        (seconds > 0.0).then_some(Window { rate: requests / seconds, sum, bytes: level })
    };
    let windows: Vec<Window> = troughs.windows(2).filter_map(window).collect();
    let rates: Vec<f64> = windows.iter().map(|window| window.rate).collect();
    let Some((early, late)) = rate::early_and_late(&windows) else { return false };
    let level = troughs.first().map_or(0.0, |first| first.bytes).max(f64::MIN_POSITIVE);
    let could_explain = late > early && late * level >= early * (level + bytes);
    rate::follow(&windows) || could_explain && mann_kendall(&rates) >= RATE_RISES
}

#[cfg(test)]
mod tests {
    use core::time::Duration;

    use super::*;

    /// The number of orders of `count` values with each number of pairs that fall: the exact
    /// distribution of Kendall's S, which is the number of pairs less twice that of falling ones.
    fn orders(count: usize) -> Vec<f64> {
        (1..=count).fold(vec![1.0], |fewer, value| {
            // The last value may have up to `value - 1` larger ones before it.
            let mut more = vec![0.0; fewer.len() + value - 1];
            for (falling, orders) in fewer.iter().enumerate() {
                more[falling..falling + value].iter_mut().for_each(|sum| *sum += orders);
            }
            more
        })
    }

    /// Levels with this number of falling pairs.
    fn levels(count: usize, mut falling: usize) -> Vec<f64> {
        let mut left: Vec<usize> = (0..count).collect();
        let mut next = || {
            // As many lower ones come later.
            let lower = falling.min(left.len() - 1);
            falling -= lower;
            left.remove(lower) as f64
        };
        (0..count).map(|_| next()).collect()
    }

    /// One in so many cases the order alone passes, by the exact distribution.
    fn one_in(count: usize) -> f64 {
        let orders = orders(count);
        let passes = |falling: &usize| {
            let levels = levels(count, *falling);
            if count < MANY {
                levels.windows(2).all(|pair| pair[1] > pair[0])
            } else {
                mann_kendall(&levels) >= SIGNIFICANT
            }
        };
        let passing: f64 =
            (0..orders.len()).take_while(passes).map(|falling| orders[falling]).sum();
        orders.iter().sum::<f64>() / passing
    }

    #[test]
    fn by_the_exact_distribution_chance_makes_troughs_rise_in_less_than_one_of_741_cases() {
        assert_eq!(orders(4), [1.0, 3.0, 5.0, 6.0, 5.0, 3.0, 1.0]);
        let documented =
            [(5, 120), (6, 720), (7, 5040), (8, 5040), (9, 2341), (12, 2052), (36, 903)];
        for (count, odds) in documented {
            assert_eq!(one_in(count).round(), f64::from(odds), "{count} troughs");
        }
        for count in MANY..=MOST_TROUGHS {
            assert!(one_in(count) >= 741.0, "{count}: {}", one_in(count));
        }
    }

    /// Pseudo-random numbers from 0 to 1.
    struct Random(u64);

    impl Random {
        fn uniform(&mut self) -> f64 {
            self.0 ^= self.0 << 13;
            self.0 ^= self.0 >> 7;
            self.0 ^= self.0 << 17;
            (self.0 >> 11) as f64 / (1_u64 << 53) as f64
        }

        fn normal(&mut self) -> f64 {
            let (radius, angle) = (self.uniform().max(1e-12), self.uniform());
            (-2.0 * radius.ln()).sqrt() * (core::f64::consts::TAU * angle).cos()
        }
    }

    #[test]
    fn few_troughs_of_a_level_service_pass_as_seldom_as_documented() {
        const CASES: u32 = 500_000;
        let kinds: [fn(&mut Random) -> f64; 3] =
            [Random::normal, Random::uniform, |random| -random.uniform().max(1e-12).ln()];
        for (count, one_in) in [(5, 900), (6, 5_000), (7, 20_000)] {
            for kind in kinds {
                let mut random = Random(88_172_645_463_325_252);
                let mut passed = 0;
                for _ in 0..CASES {
                    let levels: Vec<f64> = (0..count).map(|_| kind(&mut random)).collect();
                    if levels.windows(2).any(|pair| pair[1] <= pair[0]) {
                        continue;
                    }
                    let trough = |(place, level): (u64, &f64)| Point {
                        at: Duration::from_secs(place * 60),
                        requests: place * 1000,
                        bytes: (10.0 + level) * (1_u64 << 30) as f64,
                    };
                    let troughs = (0..).zip(&levels).map(trough).collect();
                    passed += u32::from(rise_of(troughs, 0.0).is_some());
                }
                assert!(passed <= CASES / one_in, "{count} troughs: {passed} of {CASES}");
            }
        }
    }
}
