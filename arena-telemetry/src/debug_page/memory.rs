//! The chart of the process's memory without a doctor. Each request for the page adds a point.

use core::time::Duration;

use maud::Markup;
use request_arena_chart::{self as chart, Chart, Layer};

use super::history::Point;

/// Two points that are further apart have a gap between them.
const GAP: Duration = Duration::from_secs(15);

/// The figure of one layer.
type Value = fn(&Point) -> Option<u64>;

/// From the bottom to the top.
const LAYERS: [(&str, &str, &str, Value); 5] = [
    ("arenas-in-use", "arenas in use", "Chunks that open scopes hold", |point| {
        Some(point.arena_in_use_bytes)
    }),
    ("arenas-retained", "arenas retained", "Chunks that wait in the pool for a scope", |point| {
        Some(point.arena_retained_bytes)
    }),
    (
        "heap-live",
        "heap",
        "All other allocated memory. Without the allocator's figures, all other anonymous memory",
        |point| point.heap_bytes,
    ),
    (
        "dirty",
        "allocator overhead",
        "Resident memory of the allocator beyond allocated memory",
        |point| point.allocator_overhead_bytes,
    ),
    (
        "file-pages",
        "file pages",
        "Mapped pages of files: code and data. The kernel takes them back when memory is short",
        |point| point.page_cache_bytes,
    ),
];

/// The chart, with a line for the container's limit.
pub(super) fn picture(points: &[Point], limit: Option<u64>) -> Markup {
    let layer = |(class, name, about, _): (&'static str, _, _, Value)| Layer {
        class: class.into(),
        name,
        about,
    };
    let bytes = |point: &Point| LAYERS.map(|(.., value)| value(point)).to_vec();
    let chart = Chart {
        layers: LAYERS.map(layer).to_vec(),
        points: points
            .iter()
            .map(|point| chart::Point { at: point.at, bytes: bytes(point) })
            .collect(),
        older: 0,
        gap: Some(GAP),
        unit: 60.0,
        end: "last refresh",
        limit,
    };
    chart.in_page(
        "The chart starts with the second refresh of this page. Each refresh adds a point, at \
         most one a second.",
    )
}

#[cfg(test)]
mod tests {
    use super::super::history::tests::point;
    use super::*;

    #[test]
    fn every_layer_is_shown_and_what_nobody_could_tell_is_a_dash() {
        let points: Vec<_> = (0..10).map(|second| point(second * 2000)).collect();
        let picture = picture(&points, Some(40_000)).into_string();
        assert!(picture.contains("<line class=\"limit\"") && picture.contains("limit <b>39.1 KiB"));
        assert_eq!(picture.matches("<path").count(), LAYERS.len());
        assert!(picture.contains("arenas in use <b>18.6 KiB</b>"), "{picture}");
        assert!(picture.contains("allocator overhead <b>–</b>"), "{picture}");
        assert!(
            super::picture(&points[..1], None)
                .into_string()
                .contains("starts with the second refresh")
        );
    }
}
