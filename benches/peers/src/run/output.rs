//! The results: `peers.json` for programs, and tables in Markdown for people.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::fs;
use std::path::Path;

use anyhow::Context;
use comfy_table::{Table, presets::ASCII_MARKDOWN};
use serde::Serialize;

use super::goals::Goal;
use super::machine::Machine;
use super::samples::Row;
use crate::protocol::{Effort, Unit};
use crate::workloads;

/// All results.
#[derive(Debug, Serialize)]
pub(super) struct Report {
    /// The time of the end.
    pub(super) date: String,
    /// The figures of `Test` mean nothing.
    pub(super) mode: Effort,
    /// How long the run took, with the builds.
    pub(super) seconds: u64,
    pub(super) machine: Machine,
    /// The versions of Rust, of the crates, and of the global allocators.
    pub(super) versions: BTreeMap<String, String>,
    pub(super) figures: Vec<Row>,
    pub(super) goals: Vec<Goal>,
}

/// Prints the tables, and writes both files.
pub(super) fn write(report: &Report, folder: &Path) -> anyhow::Result<()> {
    let text = markdown(report);
    println!("{text}");
    for (name, content) in
        [("peers.json", serde_json::to_string_pretty(report)? + "\n"), ("peers.md", text)]
    {
        let path = folder.join(name);
        fs::write(&path, content)
            .with_context(|| format!("{} cannot be written", path.display()))?;
        eprintln!("written: {}", path.display());
    }
    Ok(())
}

fn markdown(report: &Report) -> String {
    let mut text = heading(report);
    // Writing to a `String` does not fail.
    let _ = write!(text, "\n## Goals\n\n{}\n\n", goals(&report.goals));
    for goal in &report.goals {
        let _ = goal
            .reason
            .as_ref()
            .map_or(Ok(()), |reason| writeln!(text, "* {}: {reason}.", goal.goal));
    }
    for workload in workloads::ALL {
        let figures = || report.figures.iter().filter(|row| row.workload == workload.name());
        if figures().next().is_none() {
            continue;
        }
        let _ = write!(text, "\n## {}\n\n{}\n", workload.name(), workload.about());
        let (ratios, plain): (Vec<&Row>, Vec<&Row>) =
            figures().partition(|row| row.unit == Unit::Ratio);
        for rows in [plain, ratios] {
            if !rows.is_empty() {
                let _ = write!(text, "\n{}\n", candidates(&rows));
            }
        }
    }
    text
}

fn heading(report: &Report) -> String {
    let Machine { cpu, cores, kernel, memory_bytes } = &report.machine;
    let unknown = || "unknown".to_owned();
    let versions = report.versions.iter().map(|(name, version)| format!("{name} {version}"));
    let caution = match report.mode {
        Effort::Test => {
            "\nOne tiny round, as a check that everything works. The figures mean nothing.\n"
        }
        Effort::Quick | Effort::Full => "",
    };
    format!(
        "# Peers\n{caution}\n{}, {:?}, {} s. {}, {} core(s), {} of memory, {}.\n\
         Medians, with the first and third quartile in parentheses. Ratios are formed round by \
         round.\n\n{}\n",
        report.date,
        report.mode,
        report.seconds,
        cpu.clone().unwrap_or_else(unknown),
        cores.map_or_else(unknown, |cores| cores.to_string()),
        memory_bytes
            .map_or_else(unknown, |bytes| format!("{:.1} GiB", bytes as f64 / f64::from(1 << 30))),
        kernel.clone().unwrap_or_else(unknown),
        versions.collect::<Vec<_>>().join(", "),
    )
}

fn goals(goals: &[Goal]) -> Table {
    let mut table = Table::new();
    table.load_preset(ASCII_MARKDOWN).set_header(["goal", "value", "bound", "holds"]);
    for goal in goals {
        table.add_row([
            goal.goal.to_owned(),
            goal.value.map_or_else(|| "-".to_owned(), number),
            format!("{} {}", goal.relation.text(), goal.bound),
            if goal.holds { "yes" } else { "no" }.to_owned(),
        ]);
    }
    table
}

/// A row for each candidate, a column for each figure.
fn candidates(rows: &[&Row]) -> Table {
    let mut table = Table::new();
    let figures = in_order(rows.iter().map(|row| (row.figure.as_str(), row.unit)));
    let header = figures.iter().map(|(figure, unit)| match unit {
        Unit::Ratio => (*figure).to_owned(),
        unit => format!("{figure}, {}", unit.text()),
    });
    table
        .load_preset(ASCII_MARKDOWN)
        .set_header(["candidate".to_owned()].into_iter().chain(header));
    for candidate in in_order(rows.iter().map(|row| row.candidate.as_str())) {
        let cells = figures.iter().map(|&(figure, _)| {
            let row = rows.iter().find(|row| row.candidate == candidate && row.figure == figure);
            row.map_or_else(|| "-".to_owned(), |row| cell(row))
        });
        table.add_row([candidate.to_owned()].into_iter().chain(cells));
    }
    table
}

fn cell(row: &Row) -> String {
    format!("{} ({} to {})", number(row.median), number(row.q1), number(row.q3))
}

/// The number with three digits, and more only before the point.
fn number(value: f64) -> String {
    match value.abs() {
        large if large >= 100.0 || large == 0.0 => format!("{value:.0}"),
        medium if medium >= 10.0 => format!("{value:.1}"),
        _ => format!("{value:.3}"),
    }
}

/// Each value once, in the order of its first occurrence.
fn in_order<T: PartialEq>(values: impl Iterator<Item = T>) -> Vec<T> {
    let mut found = Vec::new();
    for value in values {
        if !found.contains(&value) {
            found.push(value);
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_three_digits_or_more() {
        assert_eq!(
            [0.0, 0.0123, 1.0, 12.34, 123.4, 65_536.0].map(number),
            ["0", "0.012", "1.000", "12.3", "123", "65536"]
        );
    }

    #[test]
    fn the_table_has_a_row_for_each_candidate_and_a_column_for_each_figure() {
        let row = |candidate: &str, figure: &str, median: f64| Row {
            workload: "requests".to_owned(),
            candidate: candidate.to_owned(),
            figure: figure.to_owned(),
            unit: Unit::Nanoseconds,
            median,
            q1: median - 1.0,
            q3: median + 1.0,
        };
        let rows = [
            row("a on glibc", "empty", 200.0),
            row("b on glibc", "empty", 300.0),
            row("a on glibc", "full", 400.0),
        ];
        let table = candidates(&rows.each_ref()).to_string();
        let cells =
            |line: &str| line.split('|').map(str::trim).map(str::to_owned).collect::<Vec<_>>();
        let lines: Vec<Vec<String>> = table.lines().map(cells).collect();
        assert_eq!(lines[0], ["", "candidate", "empty, ns", "full, ns", ""]);
        assert_eq!(lines[2], ["", "a on glibc", "200 (199 to 201)", "400 (399 to 401)", ""]);
        assert_eq!(lines[3], ["", "b on glibc", "300 (299 to 301)", "-", ""]);
    }
}
