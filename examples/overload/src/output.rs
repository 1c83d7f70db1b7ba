//! The file `runs.json`: what was seen and checked in each run.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use anyhow::Context;
use serde::Serialize;

use crate::load::Kind;
use crate::ran::Ran;
use crate::run::{Check, checks::millis};
use crate::service::Figures;

/// One run in the file.
#[derive(Serialize)]
struct Written<'a> {
    run: &'static str,
    number: usize,
    /// Clients of each kind.
    clients: usize,
    checks: &'a [Check],
    /// Milliseconds from the load's start to the service's death.
    died_ms: Option<f64>,
    oom_kills: u64,
    limit_bytes: u64,
    before_bytes: u64,
    peak_bytes: u64,
    statuses: &'a BTreeMap<u16, u64>,
    large_per_second: f64,
    small_per_second: f64,
    large_median_ms: f64,
    small_median_ms: f64,
    /// How long refused requests had waited, the longest.
    refused_after_ms: f64,
    health_idle_ms: f64,
    health_longest_ms: f64,
    /// The share (0 to 1) of the processors' time that other programs took.
    others: Option<f64>,
    /// Milliseconds and the gate's figures.
    figures: Vec<(f64, Figures)>,
    /// Milliseconds, all memory, anonymous memory, and page cache.
    memory: Vec<(f64, [u64; 3])>,
}

/// Writes the file.
pub(crate) fn write(folder: &Path, ran: &[Ran]) -> anyhow::Result<()> {
    let file = folder.join("runs.json");
    let runs: Vec<_> = ran.iter().map(written).collect();
    fs::write(&file, serde_json::to_vec_pretty(&runs)?)
        .with_context(|| format!("the results cannot be written to {}", file.display()))
}

fn written(ran: &Ran) -> Written<'_> {
    let seen = &ran.seen;
    Written {
        run: ran.scenario.name(),
        number: ran.number,
        clients: seen.plan.large,
        checks: &ran.checks,
        died_ms: seen.died.map(|(at, _)| millis(at)),
        oom_kills: seen.kills,
        limit_bytes: seen.limit_bytes,
        before_bytes: seen.before_bytes,
        peak_bytes: seen.peak_bytes,
        statuses: &seen.tally.statuses,
        large_per_second: seen.tally.throughput(Kind::Large),
        small_per_second: seen.tally.throughput(Kind::Small),
        large_median_ms: millis(seen.tally.large.times.quantile(0.5)),
        small_median_ms: millis(seen.tally.small.times.quantile(0.5)),
        refused_after_ms: millis(seen.tally.refusals.max()),
        health_idle_ms: millis(seen.idle.health.quantile(0.5)),
        health_longest_ms: millis(seen.loaded.health.max()),
        others: seen.others,
        figures: seen
            .loaded
            .readings
            .iter()
            .map(|reading| (millis(reading.at), reading.figures))
            .collect(),
        memory: seen
            .samples
            .iter()
            .map(|sample| {
                let usage = sample.usage;
                (millis(sample.at), [usage.used, usage.anonymous, usage.cache])
            })
            .collect(),
    }
}
