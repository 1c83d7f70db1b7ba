//! The cost of an allocation and its free: instructions, which are exact, and time in alternating
//! rounds.

use comfy_table::presets::ASCII_MARKDOWN;
use comfy_table::{CellAlignment, Table};

use crate::{Candidate, callgrind};

const SIZES: [usize; 2] = [64, 4096];
const ROUNDS: usize = 9;

/// A row for each candidate.
pub(crate) fn table(candidates: &[Candidate], is_test: bool) -> anyhow::Result<String> {
    let mut table = Table::new();
    table.load_preset(ASCII_MARKDOWN);
    table.set_header(["allocator", "64 B", "4 KiB", "64 B, ns", "4 KiB, ns"]);
    for column in table.column_iter_mut().skip(1) {
        column.set_cell_alignment(CellAlignment::Right);
    }
    let times = nanoseconds(candidates, is_test)?;
    for (candidate, times) in candidates.iter().zip(times) {
        let mut row = vec![candidate.name.to_owned()];
        for bytes in SIZES {
            // A sample in 512 KiB needs many allocations to count in proportion: these are 512.
            let iterations = if is_test { 1000 } else { (256 << 20) / bytes as u64 };
            let instructions = callgrind::per_iteration(iterations, |times| {
                candidate.command(&work(bytes, times))
            });
            row.push(instructions.map_or_else(|error| error.to_string(), |it| format!("{it:.1}")));
        }
        row.extend(times.map(|time| format!("{time:.1}")));
        table.add_row(row);
    }
    Ok(table.to_string())
}

/// The median nanoseconds of each candidate and size. Each round measures all candidates, so that
/// the machine's noise is in all of them.
fn nanoseconds(candidates: &[Candidate], is_test: bool) -> anyhow::Result<Vec<[f64; 2]>> {
    let (rounds, times) = if is_test { (1, 1000) } else { (ROUNDS, 3_000_000) };
    let mut measured = vec![[const { Vec::new() }; 2]; candidates.len()];
    for _ in 0..rounds {
        for (candidate, measured) in candidates.iter().zip(&mut measured) {
            for (bytes, measured) in SIZES.into_iter().zip(measured) {
                measured.extend(candidate.numbers(&work(bytes, times))?);
            }
        }
    }
    let median = |mut times: Vec<f64>| {
        times.sort_by(f64::total_cmp);
        times[times.len() / 2]
    };
    Ok(measured.into_iter().map(|sizes| sizes.map(median)).collect())
}

fn work(bytes: usize, times: u64) -> Vec<String> {
    vec!["pairs".to_owned(), bytes.to_string(), times.to_string()]
}
