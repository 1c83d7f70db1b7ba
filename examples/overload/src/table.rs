//! The table: a row for each scenario, over all of its runs.

use std::time::Duration;

use comfy_table::presets::{ASCII_MARKDOWN, UTF8_FULL_CONDENSED};
use comfy_table::{Cell, CellAlignment, Table};
use request_arena_chart::human;

use crate::load::Kind;
use crate::ran::Ran;
use crate::run::{Observed, Scenario, checks::millis};

const HEADER: [&str; 10] = [
    "load",
    "runs as they should be",
    "killed",
    "memory at most",
    "large/s",
    "small/s",
    "503",
    "health, idle ms",
    "health, longest ms",
    "last request home, s",
];

/// For a terminal.
pub(crate) fn for_people(ran: &[Ran]) -> String {
    table(ran, UTF8_FULL_CONDENSED)
}

/// For a document.
pub(crate) fn markdown(ran: &[Ran]) -> String {
    table(ran, ASCII_MARKDOWN)
}

fn table(ran: &[Ran], preset: &str) -> String {
    let mut table = Table::new();
    table.load_preset(preset).set_header(HEADER);
    for scenario in Scenario::ALL {
        let runs: Vec<&Ran> = ran.iter().filter(|ran| ran.scenario == scenario).collect();
        if !runs.is_empty() {
            let right = |text: String| Cell::new(text).set_alignment(CellAlignment::Right);
            let cells = cells(&runs).map(right);
            table.add_row([Cell::new(scenario.about())].into_iter().chain(cells));
        }
    }
    table.to_string()
}

fn cells(runs: &[&Ran]) -> [String; 9] {
    let right = runs.iter().filter(|ran| ran.is_right()).count();
    let killed = runs.iter().filter(|ran| ran.seen.is_killed()).count();
    let range = |figure: fn(&Observed) -> f64, text: fn(f64) -> String| {
        let mut figures: Vec<f64> = runs.iter().map(|ran| figure(&ran.seen)).collect();
        figures.sort_by(f64::total_cmp);
        let mut ends: Vec<String> =
            [figures.first(), figures.last()].into_iter().flatten().map(|end| text(*end)).collect();
        ends.dedup();
        ends.join(" to ")
    };
    // A service that is killed has no throughput, and requests that are never home.
    let alive = |figure: fn(&Observed) -> f64, text: fn(f64) -> String| {
        if killed == 0 { range(figure, text) } else { human::NONE.to_owned() }
    };
    let whole = |figure: f64| format!("{figure:.0}");
    [
        format!("{right} of {}", runs.len()),
        format!("{killed} of {}", runs.len()),
        range(|seen| seen.peak_bytes as f64, |bytes| human::size(bytes as u64)),
        alive(|seen| seen.tally.throughput(Kind::Large), whole),
        alive(|seen| seen.tally.throughput(Kind::Small), whole),
        range(|seen| seen.tally.status(503) as f64, |count| human::count(count as u64)),
        range(|seen| millis(seen.idle.health.quantile(0.5)), |millis| format!("{millis:.1}")),
        alive(|seen| millis(seen.loaded.health.max()), |millis| format!("{millis:.1}")),
        alive(|seen| seen.tally.home.as_secs_f64(), |seconds| format!("{seconds:.1}")),
    ]
}

/// The checks of a run, a line each.
pub(crate) fn checks(ran: &Ran) -> String {
    let Ran { scenario, number, took, .. } = ran;
    let took = humantime::format_duration(Duration::from_secs(took.as_secs()));
    let mut lines = vec![format!("{} (run {number}, {took})", scenario.about())];
    for check in &ran.checks {
        let sign = if check.holds { "  " } else { "! " };
        lines.push(format!("  {sign}{}: {}", check.what, check.seen));
    }
    lines.join("\n")
}
