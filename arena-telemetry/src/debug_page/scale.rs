//! Where times and sizes are in a picture over time.

use core::time::Duration;
use std::ops::RangeInclusive;

pub(super) const WIDTH: f64 = 1200.0;
pub(super) const HEIGHT: f64 = 200.0;
/// Room for the sizes on the left.
pub(super) const LEFT: f64 = 66.0;
/// What is older than the last minutes has this part of the width at most.
const MOST_OF_OLDER: f64 = 1.0 / 3.0;
/// The least width of a part that has two labels.
const WIDE: f64 = 240.0;

/// The time axis and the size axis.
#[derive(Debug)]
pub(super) struct Scale {
    /// From the left to the right: of what is older, if there is anything, and of the last minutes.
    parts: Vec<Part>,
    /// Bytes at the upper edge: a whole number of `step`s.
    top: u64,
    step: u64,
}

/// A stretch of the time axis on which time goes evenly. Seconds, and places in the picture.
#[derive(Clone, Copy, Debug)]
struct Part {
    since: f64,
    until: f64,
    left: f64,
    right: f64,
}

/// A label of the time axis: its place, and how long before the right edge it is.
#[derive(Debug)]
pub(super) struct Tick {
    pub(super) x: f64,
    pub(super) ago: Duration,
}

impl Scale {
    /// Of the last minutes, `fine`, and what is older, `first`, if there is anything. Each spans a multiple of `unit` seconds, so that a young history does not stretch over all of
    /// the axis at once.
    pub(super) fn new(first: Option<Duration>, fine: RangeInclusive<Duration>, unit: f64, highest: u64) -> Self {
        let whole = |seconds: f64| (seconds / unit).ceil().max(1.0) * unit;
        let until = fine.end().as_secs_f64();
        let since = until - whole(until - fine.start().as_secs_f64());
        let mut recent = Part { since, until, left: LEFT, right: WIDTH };
        let older = first.map(|first| {
            let first = since - whole(since - first.as_secs_f64());
            // Its share of the time, as far as that leaves room for the last minutes.
            let share = ((since - first) / (until - first)).min(MOST_OF_OLDER);
            recent.left = LEFT + (WIDTH - LEFT) * share;
            Part { since: first, until: since, left: LEFT, right: recent.left }
        });
        let highest = highest.max(1024);
        // Two to four lines, at powers of two.
        let step = (highest / 4).next_power_of_two();
        Self { parts: older.into_iter().chain([recent]).collect(), top: highest.div_ceil(step) * step, step }
    }

    pub(super) fn x(&self, at: Duration) -> f64 {
        let at = at.as_secs_f64();
        let part = self.parts.iter().find(|part| at < part.until).or(self.parts.last());
        part.map_or(WIDTH, |part| part.right - (part.right - part.left) * (part.until - at) / (part.until - part.since))
    }

    pub(super) fn y(&self, bytes: u64) -> f64 {
        // Room for half a line of text above.
        HEIGHT - (HEIGHT - 8.0) * bytes as f64 / self.top as f64
    }

    /// Where the size axis has its lines.
    pub(super) fn lines(&self) -> impl Iterator<Item = (u64, f64)> {
        (0..=self.top / self.step).map(|line| (line * self.step, self.y(line * self.step)))
    }

    /// Where time begins to go faster: between what is older and the last minutes.
    pub(super) fn fold(&self) -> Option<f64> {
        (self.parts.len() > 1).then(|| self.parts[0].right)
    }

    /// The labels of the time axis but the last, which is the right edge: the last minutes have four, and what is older has as many as there is room for.
    pub(super) fn ticks(&self) -> Vec<Tick> {
        let end = self.parts[self.parts.len() - 1].until;
        let ticks = |(place, part): (usize, &Part)| {
            let is_last = place + 1 == self.parts.len();
            let count = match part.right - part.left {
                _ if is_last => 4,
                width if width >= WIDE => 2,
                width if width >= WIDE / 2.0 => 1,
                _ => 0,
            };
            let (part, parts) = (*part, f64::from(count));
            (0..count).map(move |tick| {
                let of = |from: f64, to: f64| from + (to - from) * f64::from(tick) / parts;
                let ago = Duration::from_secs_f64((end - of(part.since, part.until)).max(0.0));
                Tick { x: of(part.left, part.right), ago }
            })
        };
        self.parts.iter().enumerate().flat_map(ticks).collect()
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
            assert!((LEFT..=WIDTH).contains(&scale.x(seconds(0))) && (2..=6).contains(&scale.lines().count()));
            assert!(scale.y(highest) >= 0.0);
        }
    }

    #[test]
    fn a_young_history_spans_a_part_of_the_axis() {
        let scale = Scale::new(None, seconds(100)..=seconds(130), 60.0, 0);
        assert_eq!((scale.x(seconds(100)), scale.x(seconds(130))), ((LEFT + WIDTH) / 2.0, WIDTH));
        let ago: Vec<_> = scale.ticks().iter().map(|tick| tick.ago.as_secs()).collect();
        assert_eq!((ago, scale.fold()), (vec![60, 45, 30, 15], None));
    }

    #[test]
    fn what_is_older_has_its_share_and_a_third_at_most() {
        let fold = |first| Scale::new(Some(seconds(first)), seconds(90_000)..=seconds(90_600), 60.0, 0).fold().unwrap();
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
        assert_eq!(ago, [87_000, 43_800, 600, 450, 300, 150]);
    }
}
