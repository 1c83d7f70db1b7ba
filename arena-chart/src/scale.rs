//! The time axis and the size axis of a chart.

use core::time::Duration;
use std::ops::RangeInclusive;

pub(super) const WIDTH: f64 = 1200.0;
pub(super) const HEIGHT: f64 = 200.0;
/// Room for the sizes on the left.
pub(super) const LEFT: f64 = 66.0;
/// The part before the last minutes has at most this share of the width.
const MOST_OF_OLDER: f64 = 1.0 / 3.0;
/// Room for a label of the time axis.
const LABEL: f64 = 150.0;
/// Seconds between two labels of the time axis, as people count time.
const STEPS: [u32; 18] =
    [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10_800, 21_600, 43_200, 86_400];

/// The time axis and the size axis.
#[derive(Debug)]
pub(super) struct Scale {
    /// From the left to the right: the older part, if any, and the last minutes.
    parts: Vec<Part>,
    /// Bytes at the upper edge: a multiple of `step`.
    top: u64,
    step: u64,
}

/// A part of the time axis with an even scale, in seconds and in places of the chart.
#[derive(Clone, Copy, Debug)]
struct Part {
    since: f64,
    until: f64,
    left: f64,
    right: f64,
}

/// A label of the time axis: its place, and its time before the right edge.
#[derive(Debug)]
pub(super) struct Tick {
    pub(super) x: f64,
    pub(super) ago: Duration,
}

impl Scale {
    /// The scale of the last minutes, `fine`, and of an older part that starts at `first`, if any.
    /// Each spans a multiple of `unit` seconds, so that a young history does not fill the whole
    /// axis.
    pub(super) fn new(
        first: Option<Duration>,
        fine: RangeInclusive<Duration>,
        unit: f64,
        highest: u64,
    ) -> Self {
        let whole = |seconds: f64| (seconds / unit).ceil().max(1.0) * unit;
        let until = fine.end().as_secs_f64();
        let since = until - whole(until - fine.start().as_secs_f64());
        let mut recent = Part { since, until, left: LEFT, right: WIDTH };
        let older = first.map(|first| {
            let first = since - whole(since - first.as_secs_f64());
            // Its share of the time, with a limit that leaves room for the last minutes.
            let share = ((since - first) / (until - first)).min(MOST_OF_OLDER);
            recent.left = LEFT + (WIDTH - LEFT) * share;
            Part { since: first, until: since, left: LEFT, right: recent.left }
        });
        let highest = highest.max(1024);
        // Two to four lines, at powers of two.
        let step = (highest / 4).next_power_of_two();
        Self {
            parts: older.into_iter().chain([recent]).collect(),
            top: highest.div_ceil(step) * step,
            step,
        }
    }

    pub(super) fn x(&self, at: Duration) -> f64 {
        let at = at.as_secs_f64();
        let part = self.parts.iter().find(|part| at < part.until).or(self.parts.last());
        part.map_or(WIDTH, |part| part.x(at))
    }

    pub(super) fn y(&self, bytes: u64) -> f64 {
        // Room for half a line of text above.
        HEIGHT - (HEIGHT - 8.0) * bytes as f64 / self.top as f64
    }

    /// The lines of the size axis.
    pub(super) fn lines(&self) -> impl Iterator<Item = (u64, f64)> {
        (0..=self.top / self.step).map(|line| (line * self.step, self.y(line * self.step)))
    }

    /// The place between the older part and the last minutes.
    pub(super) fn fold(&self) -> Option<f64> {
        (self.parts.len() > 1).then(|| self.parts[0].right)
    }

    /// The labels of the time axis without the right edge: the oldest first, as many as fit.
    pub(super) fn ticks(&self) -> Vec<Tick> {
        let end = self.parts[self.parts.len() - 1].until;
        let mut ticks: Vec<Tick> =
            self.parts.iter().rev().flat_map(|part| part.ticks(end)).collect();
        ticks.reverse();
        ticks
    }
}

impl Part {
    fn x(&self, at: f64) -> f64 {
        self.right - (self.right - self.left) * (self.until - at) / (self.until - self.since)
    }

    /// The labels within the part, without its right edge, the youngest first.
    fn ticks(&self, end: f64) -> Vec<Tick> {
        const ROUNDING: f64 = 1e-6;
        let most = ((self.right - self.left) / LABEL).floor();
        let fits = |step: &f64| (self.until - self.since) / step <= most;
        let Some(step) = STEPS.into_iter().map(f64::from).find(fits) else { return Vec::new() };
        let first = ((end - self.until) / step + ROUNDING).floor() as u32 + 1;
        let last = ((end - self.since) / step + ROUNDING).floor() as u32;
        let tick = |count: u32| {
            let ago = f64::from(count) * step;
            Tick { x: self.x(end - ago), ago: Duration::from_secs_f64(ago) }
        };
        (first..=last).map(tick).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn seconds(seconds: u64) -> Duration {
        Duration::from_secs(seconds)
    }

    #[test]
    fn a_scale_exists_for_any_sizes() {
        for highest in [0, 1, 1023, 1025, 3000, 1 << 50] {
            let scale = Scale::new(None, seconds(0)..=seconds(1), 60.0, highest);
            assert!(scale.lines().all(|(_, y)| (0.0..=HEIGHT).contains(&y)));
            assert!(
                (LEFT..=WIDTH).contains(&scale.x(seconds(0)))
                    && (2..=6).contains(&scale.lines().count())
            );
            assert!(scale.y(highest) >= 0.0);
        }
    }

    #[test]
    fn a_young_history_spans_a_part_of_the_axis() {
        let scale = Scale::new(None, seconds(100)..=seconds(130), 60.0, 0);
        assert_eq!((scale.x(seconds(100)), scale.x(seconds(130))), ((LEFT + WIDTH) / 2.0, WIDTH));
        let ago: Vec<_> = scale.ticks().iter().map(|tick| tick.ago.as_secs()).collect();
        assert_eq!((ago, scale.fold()), (vec![60, 50, 40, 30, 20, 10], None));
        assert!(
            scale
                .ticks()
                .iter()
                .all(|tick| (scale.x(seconds(130) - tick.ago) - tick.x).abs() < 1e-6)
        );
    }

    #[test]
    fn what_is_older_has_its_share_and_a_third_at_most() {
        let fold = |first| {
            Scale::new(Some(seconds(first)), seconds(90_000)..=seconds(90_600), 60.0, 0)
                .fold()
                .unwrap()
        };
        let part = |x: f64| (x - LEFT) / (WIDTH - LEFT);
        // Two minutes of twelve, ten of twenty, and a day.
        assert!((part(fold(89_880)) - 1.0 / 6.0).abs() < 1e-9);
        assert!((part(fold(89_400)) - 1.0 / 3.0).abs() < 1e-9);
        assert!((part(fold(3600)) - 1.0 / 3.0).abs() < 1e-9);

        let day = Scale::new(Some(seconds(3600)), seconds(90_000)..=seconds(90_600), 60.0, 0);
        let xs = [3600, 46_800, 90_000, 90_300, 90_600].map(|second| day.x(seconds(second)));
        let fold = day.fold().unwrap();
        assert_eq!(xs, [LEFT, (LEFT + fold) / 2.0, fold, (fold + WIDTH) / 2.0, WIDTH]);
        let ago: Vec<_> = day.ticks().iter().map(|tick| tick.ago.as_secs()).collect();
        assert_eq!(ago, [86_400, 43_200, 600, 480, 360, 240, 120]);
        let few = Scale::new(Some(seconds(89_960)), seconds(90_000)..=seconds(90_600), 20.0, 0);
        assert_eq!(few.ticks()[0].ago, seconds(600), "there is no room for another");
    }
}
