//! The samples of all rounds, and their medians, quartiles and ratios.

use serde::Serialize;

use crate::protocol::Unit;
use crate::workloads;

/// A row of the result: one figure of one candidate.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub(super) struct Row {
    pub(super) workload: String,
    pub(super) candidate: String,
    pub(super) figure: String,
    pub(super) unit: Unit,
    pub(super) median: f64,
    pub(super) q1: f64,
    pub(super) q3: f64,
}

/// The key of a figure: its workload, its candidate with the global allocator, and its name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Key {
    pub(super) workload: String,
    pub(super) candidate: String,
    pub(super) figure: String,
}

impl Key {
    pub(super) fn new(workload: &str, candidate: &str, allocator: &str, figure: &str) -> Self {
        Self {
            workload: workload.to_owned(),
            candidate: on(candidate, allocator),
            figure: figure.to_owned(),
        }
    }
}

/// The name of a candidate in the result.
fn on(candidate: &str, allocator: &str) -> String {
    format!("{candidate} on {allocator}")
}

#[derive(Debug)]
struct Series {
    key: Key,
    unit: Unit,
    /// One value for each round.
    values: Vec<f64>,
}

/// All figures of all rounds, in the order of their first values.
#[derive(Debug, Default)]
pub(super) struct Samples(Vec<Series>);

impl Samples {
    /// Adds the figure's value of the next round.
    pub(super) fn add(&mut self, key: Key, unit: Unit, value: f64) {
        match self.0.iter_mut().find(|series| series.key == key) {
            Some(series) => series.values.push(value),
            None => self.0.push(Series { key, unit, values: vec![value] }),
        }
    }

    fn get(&self, key: &Key) -> Option<&Series> {
        self.0.iter().find(|series| series.key == *key)
    }

    /// The figure's values, one for each round.
    pub(super) fn of(&self, key: &Key) -> Option<Vec<f64>> {
        self.get(key).map(|series| series.values.clone())
    }

    /// The joined values of two figures, round by round.
    pub(super) fn of_both(
        &self,
        one: &Key,
        other: &Key,
        join: fn(f64, f64) -> f64,
    ) -> Option<Vec<f64>> {
        let (one, other) = (self.get(one)?, self.get(other)?);
        Some(one.values.iter().zip(&other.values).map(|(&one, &other)| join(one, other)).collect())
    }

    /// All figures, and the ratios of each candidate's to those of the workload's bases on the same
    /// allocator.
    pub(super) fn figures(&self) -> Vec<Row> {
        self.0
            .iter()
            .flat_map(|series| [series.row()].into_iter().chain(self.ratios(series)))
            .collect()
    }

    fn ratios(&self, series: &Series) -> Vec<Row> {
        let key = &series.key;
        let bases = workloads::named(&key.workload).map_or(&[][..], |workload| workload.bases());
        let (candidate, allocator) =
            key.candidate.rsplit_once(" on ").unwrap_or((&key.candidate, ""));
        let comparable = matches!(series.unit, Unit::Nanoseconds | Unit::PerSecond);
        let bases = bases.iter().filter(|&&base| comparable && base != candidate);
        bases.filter_map(|base| self.ratio(series, base, allocator)).collect()
    }

    fn ratio(&self, series: &Series, base: &str, allocator: &str) -> Option<Row> {
        let base_key = Key { candidate: on(base, allocator), ..series.key.clone() };
        let values = self.of_both(&series.key, &base_key, |one, base| one / base)?;
        let figure = format!("{} over {base}", series.key.figure);
        // Zero over zero is no ratio.
        values
            .iter()
            .all(|value| value.is_finite())
            .then(|| row(&Key { figure, ..series.key.clone() }, Unit::Ratio, values))
    }
}

impl Series {
    fn row(&self) -> Row {
        row(&self.key, self.unit, self.values.clone())
    }
}

fn row(key: &Key, unit: Unit, values: Vec<f64>) -> Row {
    let [q1, median, q3] = quartiles(values);
    let Key { workload, candidate, figure } = key.clone();
    Row { workload, candidate, figure, unit, median, q1, q3 }
}

/// The first quartile, the median and the third quartile, interpolated between values. There must
/// be a value.
pub(super) fn quartiles(mut values: Vec<f64>) -> [f64; 3] {
    values.sort_by(f64::total_cmp);
    [0.25, 0.5, 0.75].map(|share| {
        let place = (values.len() - 1) as f64 * share;
        let (below, above) = (values[place.floor() as usize], values[place.ceil() as usize]);
        below + (above - below) * place.fract()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(candidate: &str) -> Key {
        Key::new("requests", candidate, "glibc", "empty")
    }

    #[test]
    fn quartiles_of_few_values_lie_between_them() {
        assert_eq!(quartiles(vec![7.0]), [7.0; 3]);
        assert_eq!(quartiles(vec![2.0, 1.0]), [1.25, 1.5, 1.75]);
        assert_eq!(quartiles(vec![5.0, 1.0, 4.0, 2.0, 3.0]), [2.0, 3.0, 4.0]);
    }

    #[test]
    fn a_ratio_is_the_median_of_each_rounds_ratio_and_not_the_ratio_of_medians() {
        let mut samples = Samples::default();
        // The machine was slow in the second round, for both.
        for (one, base) in [(10.0, 5.0), (300.0, 100.0), (20.0, 5.0)] {
            samples.add(key("request_arena scope"), Unit::Nanoseconds, one);
            samples.add(key("bumpalo reset"), Unit::Nanoseconds, base);
        }
        let figures = samples.figures();
        let ratio = figures.iter().find(|row| row.figure == "empty over bumpalo reset").unwrap();
        assert_eq!((ratio.median, ratio.unit), (3.0, Unit::Ratio));
        assert_eq!(ratio.candidate, "request_arena scope on glibc");
        assert_eq!(
            figures.iter().filter(|row| row.unit == Unit::Ratio).count(),
            1,
            "the base is not over itself"
        );
    }

    #[test]
    fn nothing_over_nothing_is_no_ratio() {
        let mut samples = Samples::default();
        samples.add(key("request_arena scope"), Unit::Nanoseconds, 0.0);
        samples.add(key("heap"), Unit::Nanoseconds, 0.0);
        assert_eq!(samples.figures().len(), 2);
    }
}
