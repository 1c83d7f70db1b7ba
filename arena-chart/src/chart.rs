//! The chart: areas on top of each other, one for each layer, over time.
//!
//! Between two points that are far apart nothing is known. Such a stretch is drawn faint.

use core::time::Duration;
use std::borrow::Cow;

use maud::{Markup, html};

use super::human::{self, NONE};
use super::scale::{HEIGHT, LEFT, Scale, WIDTH};

/// Room for the times beneath.
const BELOW: f64 = 18.0;
/// Width and height of all that is drawn.
pub(super) const SIZE: (f64, f64) = (WIDTH, HEIGHT + BELOW);

/// One area.
#[derive(Clone, Debug)]
pub struct Layer<'a> {
    /// Its CSS class.
    pub class: Cow<'a, str>,
    /// Its name in the legend.
    pub name: &'a str,
    /// An explanation, shown as a tooltip.
    pub about: &'a str,
}

/// One moment.
#[derive(Clone, Debug)]
pub struct Point {
    /// The time, after any moment that all points share.
    pub at: Duration,
    /// Bytes of each layer, from the bottom to the top. `None` if the figure is unknown.
    pub bytes: Vec<Option<u64>>,
}

/// The limit's CSS class and its name in the legend.
pub(super) const LIMIT: &str = "limit";
const LIMIT_ABOUT: &str = "The memory limit of the container, which has memory outside of RSS, too";

/// The data of a chart.
#[derive(Debug)]
pub struct Chart<'a> {
    /// The layers, from the bottom to the top.
    pub layers: Vec<Layer<'a>>,
    /// The points, the oldest first.
    pub points: Vec<Point>,
    /// How many of the points are older than the last minutes, and are drawn closer together.
    pub older: usize,
    /// A longer time between two points is a gap. `None` if there are no gaps.
    pub gap: Option<Duration>,
    /// The time axis spans a multiple of this, in seconds.
    pub unit: f64,
    /// The label of the right edge.
    pub end: &'a str,
    /// A limit of the sum of all layers, in bytes: a line. A limit far above the areas is only in
    /// the legend, since they would be flat beneath it.
    pub limit: Option<u64>,
}

impl Chart<'_> {
    /// The chart with its legend, as a part of a page. With fewer than two points it shows the text
    /// `before` instead.
    #[must_use]
    pub fn in_page(&self, before: &str) -> Markup {
        let (width, height) = SIZE;
        html! {
            ul.legend {
                @for (layer, size) in self.legend() {
                    li title=(layer.about) { (key(&layer.class)) (layer.name) " " b { (size) } }
                }
                @if let Some(limit) = self.limit {
                    li title=(LIMIT_ABOUT) { (key(LIMIT)) (LIMIT) " " b { (human::size(limit)) } }
                }
            }
            @if self.points.len() > 1 {
                // On a narrow screen it keeps a readable size, and scrolls.
                div.scroll.newest #chart-scroll tabindex="0" role="region" aria-label="Chart" {
                    svg.chart role="img" viewBox={ "0 0 " (width) " " (height) }
                        aria-label="memory of the process over time" {
                        (self.drawing())
                    }
                }
            } @else {
                p.note { (before) }
            }
        }
    }

    /// Each layer with its size at the last point.
    pub(super) fn legend(&self) -> impl Iterator<Item = (&Layer<'_>, String)> {
        let last = |place: usize| self.points.last().and_then(|last| last.bytes[place]);
        let size = move |place| last(place).map_or_else(|| NONE.to_owned(), human::size);
        self.layers.iter().enumerate().map(move |(place, layer)| (layer, size(place)))
    }

    /// Lines, areas and axes, of the size [`SIZE`]. Empty with fewer than two points.
    pub(super) fn drawing(&self) -> Markup {
        let Some(scale) = self.scale() else { return html! {} };
        html! {
            @for (bytes, y) in scale.lines() {
                line x1=(LEFT) x2=(WIDTH) y1=(y) y2=(y) {}
                text.size x=(LEFT - 6.0) y=(y + 4.0) { (human::size(bytes)) }
            }
            @for (place, layer) in self.layers.iter().enumerate() {
                @for run in self.runs() {
                    path class={ (layer.class) @if run.is_gap { " gap" } }
                        d=(area(run.points, place, &scale)) {
                        title { (layer.name) }
                    }
                }
            }
            @if let Some(limit) = self.drawn_limit() {
                line.limit x1=(LEFT) x2=(WIDTH) y1=(scale.y(limit)) y2=(scale.y(limit)) {
                    title { (LIMIT) " " (human::size(limit)) }
                }
            }
            @if let Some(x) = scale.fold() { line.fold x1=(x) x2=(x) y1="0" y2=(HEIGHT) {} }
            @for tick in scale.ticks() {
                text.first[tick.x == LEFT] x=(tick.x) y=(HEIGHT + BELOW - 3.0) {
                    "−" (human::time(tick.ago))
                }
            }
            text.last x=(WIDTH) y=(HEIGHT + BELOW - 3.0) { (self.end) }
        }
    }

    fn scale(&self) -> Option<Scale> {
        let [first, .., last] = &self.points[..] else { return None };
        let fine = self.points.get(self.older).unwrap_or(last);
        let highest = self.highest().max(self.drawn_limit().unwrap_or(0));
        let older = (self.older > 0).then_some(first.at);
        Some(Scale::new(older, fine.at..=last.at, self.unit, highest))
    }

    fn highest(&self) -> u64 {
        let all = |point: &Point| point.bytes.iter().flatten().sum::<u64>();
        self.points.iter().map(all).max().unwrap_or(0)
    }

    /// The limit, if the areas reach a quarter of it.
    fn drawn_limit(&self) -> Option<u64> {
        self.limit.filter(|&limit| limit <= self.highest().saturating_mul(4))
    }

    /// The points in runs that share their end points. A run is a series of close points, or two
    /// points with a gap.
    fn runs(&self) -> Vec<Run<'_>> {
        let points = &self.points[..];
        let mut runs = Vec::new();
        let mut start = 0;
        for (index, pair) in points.windows(2).enumerate() {
            if self.gap.is_some_and(|gap| pair[1].at.saturating_sub(pair[0].at) > gap) {
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
}

/// A small square in the colour of a layer.
#[must_use]
pub fn key(class: &str) -> Markup {
    html! {
        svg.key width="10" height="10" aria-hidden="true" {
            rect class=(class) width="10" height="10" rx="2" {}
        }
    }
}

/// Neighbouring points that are drawn together.
struct Run<'a> {
    points: &'a [Point],
    is_gap: bool,
}

/// The outline of one layer: along its upper edge, and back along its lower one.
fn area(points: &[Point], layer: usize, scale: &Scale) -> String {
    let edge = |layers: usize, point: &Point| {
        let bytes = point.bytes[..layers].iter().flatten().sum();
        format!("{:.1},{:.1}", scale.x(point.at), scale.y(bytes))
    };
    let upper = points.iter().map(|point| edge(layer + 1, point));
    let lower = points.iter().rev().map(|point| edge(layer, point));
    format!("M{}Z", upper.chain(lower).collect::<Vec<_>>().join("L"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chart(points: impl IntoIterator<Item = (u64, [u64; 2])>) -> Chart<'static> {
        let layer = |name: &'static str| Layer { class: name.into(), name, about: "" };
        let point = |(millis, bytes): (u64, [u64; 2])| Point {
            at: Duration::from_millis(millis),
            bytes: bytes.map(Some).to_vec(),
        };
        Chart {
            layers: vec![layer("lower"), layer("upper")],
            points: points.into_iter().map(point).collect(),
            older: 0,
            gap: Some(Duration::from_secs(15)),
            unit: 60.0,
            end: "last look",
            limit: None,
        }
    }

    #[test]
    fn a_limit_is_a_line_within_reach_and_otherwise_only_in_the_legend() {
        let mut chart = chart([(0, [1000, 500]), (60_000, [61_000, 500])]);
        let shown = |chart: &Chart| chart.in_page("none yet").into_string();
        let without = shown(&chart);
        assert!(!without.contains("limit"), "{without}");
        chart.limit = Some(200_000);
        let near = shown(&chart);
        assert!(near.contains("</svg>limit <b>195 KiB</b>"), "{near}");
        let y = chart.scale().unwrap().y(200_000);
        assert!((0.0..100.0).contains(&y), "above the areas, within the picture: {y}");
        let line = format!("<line class=\"limit\" x1=\"66\" x2=\"1200\" y1=\"{y}\" y2=\"{y}\">");
        assert!(near.contains(&line), "{line} in {near}");
        let alone = chart.to_svg("The service");
        assert!(alone.contains("class=\"limit\" x=") && alone.contains(&line), "{alone}");
        chart.limit = Some(300_000);
        let far = shown(&chart);
        assert!(
            far.contains("limit <b>293 KiB</b>") && !far.contains("line class=\"limit"),
            "{far}"
        );
        assert_eq!(far.matches("<path").count(), 2);
    }

    #[test]
    fn a_picture_has_an_area_for_each_layer_and_sizes_at_its_lines() {
        let points = (0..10).map(|second| (second * 2000, [1000 + second * 2000, 3000]));
        let picture = chart(points).in_page("none yet").into_string();
        assert_eq!(picture.matches("<path").count(), 2);
        assert!(picture.contains("4.0 KiB") && picture.contains("last look"), "{picture}");
        assert!(picture.contains("lower <b>18.6 KiB</b>"), "{picture}");
        let young = chart([(0, [1, 2])]).in_page("none yet").into_string();
        assert!(
            !young.contains("svg class=\"chart\"") && young.contains("none yet"),
            "one point is no picture"
        );
    }

    #[test]
    fn a_long_time_without_a_look_is_a_gap_if_there_are_any() {
        let mut chart =
            chart([0, 2000, 4000, 60_000, 62_000, 90_000].map(|millis| (millis, [1, 2])));
        let runs = |chart: &Chart| {
            chart.runs().iter().map(|run| (run.points.len(), run.is_gap)).collect::<Vec<_>>()
        };
        assert_eq!(runs(&chart), [(3, false), (2, true), (2, false), (2, true)]);
        assert!(chart.drawing().into_string().contains("class=\"lower gap\""));
        chart.gap = None;
        assert_eq!(runs(&chart), [(6, false)]);
    }

    #[test]
    fn areas_lie_upon_each_other_within_the_picture() {
        let chart = chart([(0, [1000, 500]), (60_000, [61_000, 500])]);
        let scale = chart.scale().unwrap();
        let lowest = area(&chart.points, 0, &scale);
        let y = |bytes| scale.y(bytes);
        assert_eq!(
            lowest,
            format!("M66.0,{:.1}L1200.0,{:.1}L1200.0,200.0L66.0,200.0Z", y(1000), y(61_000))
        );
        let next = area(&chart.points, 1, &scale);
        assert!(
            next.ends_with(&format!("L1200.0,{:.1}L66.0,{:.1}Z", y(61_000), y(1000))),
            "{next}"
        );
        assert!(y(61_500) >= 0.0);
    }
}
