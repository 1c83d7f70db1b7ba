//! The messages of a worker, each a line of JSON on its standard output.

use request_arena::doctor::{Diagnosis, Timeline};
use serde::{Deserialize, Serialize};
use worker_harness::HeapReading;

/// A message.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Line {
    /// A phase of the service is over.
    Phase(Phase),
    /// The doctor has examined the service. The last message.
    Examined(Box<Examined>),
    /// Why the service could not run. The last message.
    Failed(String),
}

/// A phase of a service, with raw readings at its end.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Phase {
    /// The service's activity.
    pub(crate) name: String,
    /// Milliseconds since the service opened.
    pub(crate) at_ms: u64,
    /// Requests answered since then.
    pub(crate) requests: u64,
    /// `RssAnon`, bytes.
    pub(crate) anonymous_bytes: u64,
    /// `RssFile`, bytes.
    pub(crate) file_bytes: u64,
    /// The allocator's own readings, if it has any.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) heap: Option<HeapReading>,
}

/// The result of a service.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Examined {
    /// The allocator's version, empty if it reports none.
    pub(crate) allocator_version: String,
    /// Sizes, rates and counts that were drawn from the seed.
    pub(crate) drawn: Vec<Drawn>,
    /// The doctor's diagnosis.
    pub(crate) report: Diagnosis,
    /// The parts of RSS over time, until the examination.
    pub(crate) timeline: Timeline,
    /// The live heap at the examination as an SVG picture, if the allocator profiles.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) flamegraph: Option<String>,
    /// The kernel's count of waiting for a processor, as a share (0 to 1) of the service's life. Of
    /// the thread that waited most.
    pub(crate) waited_share: f64,
}

/// A figure that was drawn, for readers of the result.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Drawn {
    /// Its name.
    pub(crate) name: String,
    /// Its value.
    pub(crate) value: u64,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_is_one_line_and_comes_back_as_it_was() {
        let said = Line::Failed("two\nlines".to_owned());
        let line = serde_json::to_string(&said).unwrap();
        assert!(!line.contains('\n'));
        assert_eq!(serde_json::from_str::<Line>(&line).unwrap(), said);
    }
}
