//! What the process's memory is made of, as far as the looks at the page tell: the picture where no
//! doctor runs.

use core::time::Duration;

use maud::Markup;

use super::history::Point;
use request_arena_chart::{self as chart, Chart, Layer};

/// Between two looks that are further apart nobody knows what was.
const GAP: Duration = Duration::from_secs(15);

/// What one area shows of a look.
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
        "The rest of what the program has allocated; without an allocator's figures: of anonymous \
         memory",
        |point| point.heap_bytes,
    ),
    (
        "dirty",
        "allocator overhead",
        "What the allocator keeps resident beyond what is allocated",
        |point| point.allocator_overhead_bytes,
    ),
    (
        "file-pages",
        "file pages",
        "Mapped pages of files: code and memory-mapped data. The kernel takes them back when \
         memory is short",
        |point| point.page_cache_bytes,
    ),
];

pub(super) fn picture(points: &[Point]) -> Markup {
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
        end: "last look",
    };
    chart.in_page(
        "The picture begins with the second look at this page: each look adds a point, \
        at most one a second.",
    )
}

#[cfg(test)]
mod tests {
    use super::super::history::tests::point;
    use super::*;

    #[test]
    fn every_layer_is_shown_and_what_nobody_could_tell_is_a_dash() {
        let points: Vec<_> = (0..10).map(|second| point(second * 2000)).collect();
        let picture = picture(&points).into_string();
        assert_eq!(picture.matches("<path").count(), LAYERS.len());
        assert!(picture.contains("arenas in use <b>18.6 KiB</b>"), "{picture}");
        assert!(picture.contains("allocator overhead <b>–</b>"), "{picture}");
        assert!(super::picture(&points[..1]).into_string().contains("begins with the second look"));
    }
}
