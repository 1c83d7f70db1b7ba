//! How far the estimates are from the bytes that are really kept, in small allocations.

use anyhow::Context;
use comfy_table::presets::ASCII_MARKDOWN;
use comfy_table::{CellAlignment, Table};

use crate::{Candidate, INTERVAL};

const MIB: [usize; 3] = [1, 10, 100];

/// A row for each amount, and a column for each kind of sampler.
pub(crate) fn table(candidates: &[Candidate], is_test: bool) -> anyhow::Result<String> {
    let repeats = if is_test { 2 } else { 100 };
    let samplers: Vec<&Candidate> =
        candidates.iter().filter(|candidate| candidate.name.ends_with(", sampling")).collect();
    let mut table = Table::new();
    table.load_preset(ASCII_MARKDOWN);
    let names = samplers.iter().map(|candidate| candidate.name.to_owned());
    table.set_header(["live bytes".to_owned(), "expected".to_owned()].into_iter().chain(names));
    for column in table.column_iter_mut().skip(1) {
        column.set_cell_alignment(CellAlignment::Right);
    }
    for mib in MIB {
        let bytes = (mib << 20) as f64;
        let expected = (INTERVAL as f64 / bytes).sqrt();
        let mut row = vec![format!("{mib} MiB"), format!("{:.1} %", expected * 100.0)];
        for sampler in &samplers {
            let work = ["keep".to_owned(), mib.to_string(), repeats.to_string()];
            let estimates = sampler.numbers(&work)?;
            let squares = estimates.iter().map(|estimate| (estimate / bytes - 1.0).powi(2));
            let count = Some(estimates.len()).filter(|&count| count == repeats);
            let count = count.with_context(|| format!("{} printed too little", sampler.name))?;
            let error = (squares.sum::<f64>() / count as f64).sqrt();
            row.push(format!("{:.1} %", error * 100.0));
        }
        table.add_row(row);
    }
    Ok(table.to_string())
}
