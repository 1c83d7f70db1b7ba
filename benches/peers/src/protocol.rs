//! What the program and its workers say to each other: a line of JSON each way, on the worker's
//! standard input and output.

use std::collections::BTreeMap;
use std::time::Duration;

use serde::{Deserialize, Serialize};

/// What the program asks of a worker.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Request {
    /// Who are you, and what can you measure?
    Introduce,
    /// One measurement.
    Measure {
        /// The [name](crate::workloads::Workload::name) of the workload.
        workload: String,
        /// One of those that the workload has in this worker.
        candidate: String,
        /// How long.
        effort: Effort,
    },
}

/// What a worker answers.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Answer {
    /// To [`Request::Introduce`].
    Introduction(Introduction),
    /// To [`Request::Measure`].
    Figures(Vec<Figure>),
    /// It could not be measured, and why.
    Failed(String),
}

/// What a worker is.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Introduction {
    /// The global allocator's version, as it says itself; `None` if it cannot.
    pub version: Option<String>,
    /// The candidates of each workload, by its name; or why it cannot be measured.
    pub candidates: BTreeMap<String, Result<Vec<String>, String>>,
}

/// One figure of one measurement.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Figure {
    /// What it is, such as `100 x 48 bytes`.
    pub name: String,
    /// Its unit, such as `ns`.
    pub unit: Unit,
    /// How much.
    pub value: f64,
}

impl Figure {
    /// A figure.
    pub fn new(name: impl Into<String>, unit: Unit, value: f64) -> Self {
        Self { name: name.into(), unit, value }
    }
}

/// What a figure is measured in.
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
    /// How many.
    #[serde(rename = "count")]
    Count,
    /// One figure over another.
    #[serde(rename = "ratio")]
    Ratio,
}

impl Unit {
    /// As it is written behind a figure, and in JSON.
    #[must_use]
    pub const fn text(self) -> &'static str {
        match self {
            Self::Nanoseconds => "ns",
            Self::Bytes => "bytes",
            Self::PerSecond => "1/s",
            Self::Count => "count",
            Self::Ratio => "ratio",
        }
    }
}

/// How long a run may take.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Effort {
    /// As little as shows that everything works.
    Test,
    /// Two minutes for all of it.
    Quick,
    /// As long as it takes.
    Full,
}

impl Effort {
    /// The one of three values that is this effort's.
    #[must_use]
    pub fn choose<T>(self, test: T, quick: T, full: T) -> T {
        match self {
            Self::Test => test,
            Self::Quick => quick,
            Self::Full => full,
        }
    }

    /// For how long one figure of time is measured.
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
        for unit in [Unit::Nanoseconds, Unit::Bytes, Unit::PerSecond, Unit::Count, Unit::Ratio] {
            assert_eq!(serde_json::to_value(unit).unwrap(), unit.text());
        }
    }
}
