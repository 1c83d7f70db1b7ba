//! The confusion matrix: a row for each service and allocator, and a column for each possible first
//! finding of the doctor.

use std::collections::BTreeMap;

use comfy_table::presets::{ASCII_MARKDOWN, UTF8_FULL_CONDENSED};
use comfy_table::{Cell, CellAlignment, Table};
use worker_harness::Allocator;

use crate::run::{Said, Verdict};
use crate::table::TABLE;

/// All verdicts, by the number of the service and the allocator.
#[derive(Debug, Default)]
pub(crate) struct Matrix {
    rows: BTreeMap<(u64, Allocator), Vec<Verdict>>,
}

impl Matrix {
    /// Adds the verdict on one run.
    pub(crate) fn add(&mut self, program: u64, on: Allocator, verdict: Verdict) {
        self.rows.entry((program, on)).or_default().push(verdict);
    }

    /// Whether all runs are right, and there was at least one.
    pub(crate) fn is_right(&self) -> bool {
        !self.rows.is_empty()
            && self.rows.values().flatten().all(|verdict| verdict.wrong.is_empty())
    }

    /// How many runs there were, and how many were right.
    pub(crate) fn counts(&self) -> (usize, usize) {
        let verdicts = || self.rows.values().flatten();
        (verdicts().count(), verdicts().filter(|verdict| verdict.wrong.is_empty()).count())
    }

    /// For a terminal.
    pub(crate) fn for_people(&self) -> String {
        self.table(UTF8_FULL_CONDENSED, "\n")
    }

    /// For a document.
    pub(crate) fn markdown(&self) -> String {
        self.table(ASCII_MARKDOWN, " ")
    }

    /// The table has a column for each possible finding. Empty columns stay, as they matter, too.
    fn table(&self, preset: &str, between_words: &str) -> String {
        let broken = |name: &str| name.replace(' ', between_words);
        let mut table = Table::new();
        let said = Said::all().map(|said| broken(&said.name()));
        let header = ["service", "allocator"].map(str::to_owned).into_iter().chain(said);
        table.load_preset(preset).set_header(header.chain([broken("unexplained of RSS")]));
        for (&(program, on), verdicts) in &self.rows {
            let row = usize::try_from(program).ok().and_then(|number| TABLE.get(number));
            let (name, should) = row.map_or(("?", Said::Died), |row| {
                (row.name, row.is.map_or(Said::Healthy, Said::Mode))
            });
            let counts = Said::all().map(|said| {
                let count = verdicts.iter().filter(|verdict| verdict.said == said).count();
                right(match (count, said == should) {
                    (0, false) => String::new(),
                    (_, false) => format!("!{count}"),
                    (_, true) => count.to_string(),
                })
            });
            let most = verdicts
                .iter()
                .map(Verdict::unexplained_share)
                .max_by(|a, b| a.abs().total_cmp(&b.abs()));
            let most = right(format!("{:.1} %", most.unwrap_or(0.0) * 100.0));
            table.add_row(
                [Cell::new(name), Cell::new(on.name())].into_iter().chain(counts).chain([most]),
            );
        }
        table.to_string()
    }
}

fn right(text: String) -> Cell {
    Cell::new(text).set_alignment(CellAlignment::Right)
}

#[cfg(test)]
mod tests {
    use request_arena::doctor::Mode;

    use super::*;

    fn verdict(said: Said, wrong: &[&str]) -> Verdict {
        let wrong = wrong.iter().copied().map(str::to_owned).collect();
        Verdict { said, also: Vec::new(), rss_bytes: 1000, unexplained_bytes: -20, wrong }
    }

    /// The cells of a service's row, by the text of the header.
    fn cells(matrix: &Matrix, service: &str) -> BTreeMap<String, String> {
        let markdown = matrix.markdown();
        let split =
            |line: &str| line.split('|').map(|cell| cell.trim().to_owned()).collect::<Vec<_>>();
        let row = markdown.lines().find(|line| line.contains(service)).unwrap();
        split(markdown.lines().next().unwrap()).into_iter().zip(split(row)).collect()
    }

    #[test]
    fn it_is_right_only_if_all_runs_are_and_there_was_one() {
        let mut matrix = Matrix::default();
        assert!(!matrix.is_right());
        matrix.add(0, Allocator::Glibc, verdict(Said::Mode(Mode::PageCache), &[]));
        assert!(matrix.is_right());
        matrix.add(
            0,
            Allocator::Glibc,
            verdict(Said::Mode(Mode::PageCache), &["8 MiB of 9 MiB are unexplained"]),
        );
        assert!(!matrix.is_right());
        assert_eq!(matrix.counts(), (2, 1));
    }

    #[test]
    fn findings_are_counted_in_their_column_and_marked_if_they_are_wrong() {
        let mut matrix = Matrix::default();
        for said in [
            Said::Mode(Mode::PageCache),
            Said::Mode(Mode::PageCache),
            Said::Mode(Mode::Retention),
            Said::Died,
        ] {
            matrix.add(0, Allocator::Jemalloc, verdict(said, &[]));
        }
        let cells = cells(&matrix, TABLE[0].name);
        assert_eq!(cells["allocator"], "jemalloc");
        assert_eq!(
            (&*cells["page cache"], &*cells["retention"], &*cells["died"]),
            ("2", "!1", "!1")
        );
        assert_eq!((&*cells["healthy"], &*cells["unexplained of RSS"]), ("", "-2.0 %"));
    }

    #[test]
    fn a_row_without_a_right_run_has_a_zero_in_its_own_column() {
        let mut matrix = Matrix::default();
        matrix.add(0, Allocator::Glibc, verdict(Said::Healthy, &["wrong"]));
        let cells = cells(&matrix, TABLE[0].name);
        assert_eq!((&*cells["page cache"], &*cells["healthy"]), ("0", "!1"));
    }
}
