//! The messages between the program and its workers, each a line of JSON.

use std::collections::BTreeMap;
use std::time::Duration;

use serde::{Deserialize, Serialize};

/// A question of the program.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Request {
    /// Which allocator do you have, and what can you measure?
    Introduce,
    /// One measurement.
    Measure {
        /// The [name](crate::workloads::Workload::name) of the workload.
        workload: String,
        /// A candidate of the workload in this worker.
        candidate: String,
        /// How long.
        effort: Effort,
    },
}

/// An answer of a worker.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Answer {
    /// The answer to [`Request::Introduce`].
    Introduction(Introduction),
    /// The answer to [`Request::Measure`].
    Figures(Vec<Figure>),
    /// Why the measurement failed.
    Failed(String),
}

/// A worker's introduction.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Introduction {
    /// The version that the global allocator reports. `None` if it reports none.
    pub version: Option<String>,
    /// The candidates of each workload by its name, or why it cannot be measured.
    pub candidates: BTreeMap<String, Result<Vec<String>, String>>,
}

/// One figure of one measurement.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Figure {
    /// Its name, such as `100 x 48 bytes`.
    pub name: String,
    /// Its unit, such as `ns`.
    pub unit: Unit,
    /// Its value.
    pub value: f64,
}

impl Figure {
    /// Makes a figure.
    pub fn new(name: impl Into<String>, unit: Unit, value: f64) -> Self {
        Self { name: name.into(), unit, value }
    }
}

/// The unit of a figure.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Unit {
    /// Nanoseconds.
    #[serde(rename = "ns")]
    Nanoseconds,
    /// Bytes.
    #[serde(rename = "bytes")]
    Bytes,
    /// Requests in a second.
    #[serde(rename = "1/s")]
    PerSecond,
    /// Instructions of the processor.
    #[serde(rename = "instructions")]
    Instructions,
    /// A number of things.
    #[serde(rename = "count")]
    Count,
    /// One figure over another.
    #[serde(rename = "ratio")]
    Ratio,
}

impl Unit {
    /// Its name in tables and in JSON.
    #[must_use]
    pub const fn text(self) -> &'static str {
        match self {
            Self::Nanoseconds => "ns",
            Self::Bytes => "bytes",
            Self::PerSecond => "1/s",
            Self::Instructions => "instructions",
            Self::Count => "count",
            Self::Ratio => "ratio",
        }
    }
}

/// How long a run may take.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Effort {
    /// The least that shows that everything works.
    Test,
    /// Two minutes for all of it.
    Quick,
    /// The time that exact figures need.
    Full,
}

impl Effort {
    /// The value of this effort.
    #[must_use]
    pub fn choose<T>(self, test: T, quick: T, full: T) -> T {
        match self {
            Self::Test => test,
            Self::Quick => quick,
            Self::Full => full,
        }
    }

    /// How long one time is measured.
    #[must_use]
    pub fn time(self) -> Duration {
        Duration::from_millis(self.choose(0, 6, 60))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_is_one_line_and_comes_back_as_it_was() {
        let request = Request::Measure {
            workload: "requests".to_owned(),
            candidate: "two\nlines".to_owned(),
            effort: Effort::Quick,
        };
        let line = serde_json::to_string(&request).unwrap();
        assert!(!line.contains('\n'));
        assert_eq!(serde_json::from_str::<Request>(&line).unwrap(), request);
        let answer = Answer::Figures(vec![Figure::new("empty", Unit::Nanoseconds, 1.5)]);
        let line = serde_json::to_string(&answer).unwrap();
        assert_eq!(serde_json::from_str::<Answer>(&line).unwrap(), answer);
    }

    #[test]
    fn a_unit_is_written_the_same_everywhere() {
        for unit in [
            Unit::Nanoseconds,
            Unit::Bytes,
            Unit::PerSecond,
            Unit::Instructions,
            Unit::Count,
            Unit::Ratio,
        ] {
            assert_eq!(serde_json::to_value(unit).unwrap(), unit.text());
        }
    }
}
