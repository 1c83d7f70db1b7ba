//! The picture of a run: the memory of the group over time, up to its limit.

use std::time::Duration;

use request_arena_chart::{Chart, Layer, Point};

use crate::ran::Ran;

/// The most points of a picture. Each shows the sample with the most memory of its time.
const POINTS: usize = 300;

/// The picture, as an SVG without references.
pub(crate) fn svg(ran: &Ran) -> String {
    let seen = &ran.seen;
    let end = seen.died.map_or(Duration::MAX, |(at, _)| at);
    let alive: Vec<_> = seen.samples.iter().filter(|sample| sample.at <= end).collect();
    let points = alive.chunks(alive.len().div_ceil(POINTS).max(1)).filter_map(|samples| {
        let most = samples.iter().max_by_key(|sample| sample.usage.used)?;
        let usage = most.usage;
        let kernel = usage.used.saturating_sub(usage.anonymous + usage.cache);
        let below = seen.limit_bytes.saturating_sub(usage.used);
        let bytes = [usage.anonymous, kernel, usage.cache, below].map(Some).to_vec();
        Some(Point { at: most.at, bytes })
    });
    let chart = Chart {
        layers: vec![
            layer("heap-live", "anonymous memory", "heap, arenas and stacks"),
            layer("stacks", "kernel", "page tables, sockets and other memory of the kernel"),
            layer("file-pages", "page cache", "pages of files, which the kernel gives back"),
            layer("shared gap", "below the limit", "what the group may still take"),
        ],
        points: points.collect(),
        older: 0,
        gap: None,
        // The uppermost layer ends at the limit.
        limit: None,
        unit: 1.0,
        end: if seen.is_killed() { "killed" } else { "all requests home" },
    };
    chart.to_svg(&format!("Memory of the group: {}", ran.scenario.about()))
}

fn layer(class: &'static str, name: &'static str, about: &'static str) -> Layer<'static> {
    Layer { class: class.into(), name, about }
}
