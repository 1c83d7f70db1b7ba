//! The picture over time: what the process's memory is made of, as areas upon each other.
//!
//! Between two looks that are far apart nobody knows what was: such a stretch is drawn faint.

use core::time::Duration;

use maud::{Markup, html};

use super::history::Point;
use super::human::{self, NONE};

const WIDTH: f64 = 1200.0;
const HEIGHT: f64 = 200.0;
/// Room for the sizes on the left, and for the times beneath.
const LEFT: f64 = 66.0;
const BELOW: f64 = 18.0;
/// A longer time between two points is a gap.
const GAP: Duration = Duration::from_secs(15);
/// The time axis spans a multiple of this, in seconds, so that a young history does not stretch over all of it at once.
const SPAN: f64 = 60.0;

/// One area.
struct Layer {
    class: &'static str,
    name: &'static str,
    about: &'static str,
    value: fn(&Point) -> Option<u64>,
}

/// From the bottom to the top.
const LAYERS: [Layer; 5] = [
    Layer {
        class: "in-use",
        name: "arenas in use",
        about: "Chunks that open scopes hold",
        value: |point| Some(point.arena_in_use_bytes),
    },
    Layer {
        class: "retained",
        name: "arenas retained",
        about: "Chunks that wait in the pool for a scope",
        value: |point| Some(point.arena_retained_bytes),
    },
    Layer {
        class: "heap",
        name: "heap",
        about: "The rest of what the program has allocated; without an allocator's figures: of anonymous memory",
        value: |point| point.heap_bytes,
    },
    Layer {
        class: "overhead",
        name: "allocator overhead",
        about: "What the allocator keeps resident beyond what is allocated",
        value: |point| point.allocator_overhead_bytes,
    },
    Layer {
        class: "page-cache",
        name: "file pages",
        about: "Mapped pages of files: code and memory-mapped data. The kernel takes them back when memory is short",
        value: |point| point.page_cache_bytes,
    },
];

/// The picture with its legend.
pub(super) fn chart(points: &[Point]) -> Markup {
    html! {
        ul.legend {
            @for layer in &LAYERS {
                li title=(layer.about) {
                    i class=(layer.class) {}
                    (layer.name) " "
                    b { (points.last().and_then(layer.value).map_or_else(|| NONE.to_owned(), human::size)) }
                }
            }
        }
        @match points {
            [] | [_] => p.note {
                "The picture begins with the second look at this page: each look adds a point, at most one a second."
            },
            [first, .., last] => (picture(points, &Scale::new(points, first.at, last.at))),
        }
    }
}

fn picture(points: &[Point], scale: &Scale) -> Markup {
    html! {
        svg.chart role="img" viewBox={ "0 0 " (WIDTH) " " (HEIGHT + BELOW) } aria-label="memory of the process over time" {
            @for (bytes, y) in scale.lines() {
                line x1=(LEFT) x2=(WIDTH) y1=(y) y2=(y) {}
                text.size x=(LEFT - 6.0) y=(y + 4.0) { (human::size(bytes)) }
            }
            @for (index, layer) in LAYERS.iter().enumerate() {
                @for run in runs(points) {
                    path class={ (layer.class) @if run.is_gap { " gap" } } d=(area(run.points, index, scale)) {}
                }
            }
            @for part in 0..=4_u32 {
                @let x = LEFT + (WIDTH - LEFT) * f64::from(part) / 4.0;
                text class=(["first", "", "", "", "last"][part as usize]) x=(x) y=(HEIGHT + BELOW - 3.0) {
                    @if part == 4 { "last look" } @else { "−" (human::time(scale.before_end(4 - part))) }
                }
            }
        }
    }
}

/// Neighbouring points that are drawn in one stroke.
struct Run<'a> {
    points: &'a [Point],
    is_gap: bool,
}

/// The points in runs that share their end points: close together, or two with a gap between them.
fn runs(points: &[Point]) -> Vec<Run<'_>> {
    let mut runs = Vec::new();
    let mut start = 0;
    for (index, pair) in points.windows(2).enumerate() {
        if pair[1].at.saturating_sub(pair[0].at) > GAP {
            if index > start {
                runs.push(Run { points: &points[start..=index], is_gap: false });
            }
            runs.push(Run { points: pair, is_gap: true });
            start = index + 1;
        }
    }
    if points.len() > start + 1 {
        runs.push(Run { points: &points[start..], is_gap: false });
    }
    runs
}

/// The outline of one layer: along its upper edge, and back along its lower one.
fn area(points: &[Point], layer: usize, scale: &Scale) -> String {
    let edge = |layers: usize, point: &Point| {
        let bytes = LAYERS[..layers].iter().filter_map(|layer| (layer.value)(point)).sum();
        format!("{:.1},{:.1}", scale.x(point.at), scale.y(bytes))
    };
    let upper = points.iter().map(|point| edge(layer + 1, point));
    let lower = points.iter().rev().map(|point| edge(layer, point));
    format!("M{}Z", upper.chain(lower).collect::<Vec<_>>().join("L"))
}

/// Where times and sizes are in the picture.
struct Scale {
    /// Seconds after the page's first moment, at the right edge.
    end: f64,
    /// Seconds from the left edge to the right one.
    span: f64,
    /// Bytes at the upper edge: a whole number of `step`s.
    top: u64,
    step: u64,
}

impl Scale {
    fn new(points: &[Point], first: Duration, last: Duration) -> Self {
        let all = |point: &Point| LAYERS.iter().filter_map(|layer| (layer.value)(point)).sum::<u64>();
        let highest = points.iter().map(all).max().unwrap_or(0).max(1024);
        // Two to four lines, at powers of two.
        let step = (highest / 4).next_power_of_two();
        let end = last.as_secs_f64();
        let span = ((end - first.as_secs_f64()) / SPAN).ceil().max(1.0) * SPAN;
        Self { end, span, top: highest.div_ceil(step) * step, step }
    }

    fn x(&self, at: Duration) -> f64 {
        WIDTH - (WIDTH - LEFT) * (self.end - at.as_secs_f64()) / self.span
    }

    /// So many quarters of the span.
    fn before_end(&self, quarters: u32) -> Duration {
        Duration::from_secs_f64(self.span * f64::from(quarters) / 4.0)
    }

    fn y(&self, bytes: u64) -> f64 {
        // Room for half a line of text above.
        HEIGHT - (HEIGHT - 8.0) * bytes as f64 / self.top as f64
    }

    fn lines(&self) -> impl Iterator<Item = (u64, f64)> {
        (0..=self.top / self.step).map(|line| (line * self.step, self.y(line * self.step)))
    }
}

#[cfg(test)]
mod tests {
    use super::super::history::tests::point;
    use super::*;

    #[test]
    fn a_picture_has_an_area_for_each_layer_and_sizes_at_its_lines() {
        let points: Vec<_> = (0..10).map(|second| point(second * 2000)).collect();
        let picture = chart(&points).into_string();
        assert_eq!(picture.matches("<path").count(), LAYERS.len());
        assert!(picture.contains("4.0 KiB") && picture.contains("last look"), "{picture}");
        assert!(!chart(&points[..1]).into_string().contains("<svg"), "one point is no picture");
    }

    #[test]
    fn a_long_time_without_a_look_is_a_gap() {
        let points = [0, 2000, 4000, 60_000, 62_000, 90_000].map(point);
        let runs: Vec<_> = runs(&points).iter().map(|run| (run.points.len(), run.is_gap)).collect();
        assert_eq!(runs, [(3, false), (2, true), (2, false), (2, true)]);
    }

    #[test]
    fn areas_lie_upon_each_other_within_the_picture() {
        let points = [point(0), point(60_000)];
        let scale = Scale::new(&points, points[0].at, points[1].at);
        // 1000 and 61000 bytes in use; the lower edge is the ground.
        let lowest = area(&points, 0, &scale);
        assert_eq!(
            lowest,
            format!("M66.0,{:.1}L1200.0,{:.1}L1200.0,200.0L66.0,200.0Z", scale.y(1000), scale.y(61_000))
        );
        let next = area(&points, 1, &scale);
        let upper_of_lowest = format!("L1200.0,{:.1}L66.0,{:.1}Z", scale.y(61_000), scale.y(1000));
        assert!(next.ends_with(&upper_of_lowest), "{next}");
        assert!(scale.y(scale.top) >= 0.0 && scale.lines().count() <= 6);
    }

    #[test]
    fn a_scale_exists_for_any_sizes() {
        let nothing = Point {
            arena_in_use_bytes: 0,
            arena_retained_bytes: 0,
            heap_bytes: None,
            page_cache_bytes: None,
            ..point(0)
        };
        let huge = Point { heap_bytes: Some(1 << 50), ..point(1000) };
        for points in [[nothing, nothing], [nothing, huge]] {
            let scale = Scale::new(&points, points[0].at, points[1].at);
            assert!(scale.lines().all(|(_, y)| (0.0..=HEIGHT).contains(&y)));
            assert!((LEFT..=WIDTH).contains(&scale.x(points[0].at)) && (2..=6).contains(&scale.lines().count()));
        }
    }
}
