//! What a worker says: a line of JSON each, on its standard output.

use request_arena::doctor::{Diagnosis, Timeline};
use serde::{Deserialize, Serialize};

use crate::service::Drawn;

/// One line.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Line {
    /// A phase of the service is over.
    Phase(Phase),
    /// The service was examined; the last line.
    Examined(Box<Examined>),
    /// The service could not be run, and why; the last line.
    Failed(String),
}

/// A phase of a service, with raw readings at its end.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Phase {
    /// What the service did.
    pub(crate) name: String,
    /// Milliseconds since the service began.
    pub(crate) at_ms: u64,
    /// Requests answered since then.
    pub(crate) requests: u64,
    /// `RssAnon`, bytes.
    pub(crate) anonymous_bytes: u64,
    /// `RssFile`, bytes.
    pub(crate) file_bytes: u64,
    /// What the allocator says, if it does.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) heap: Option<crate::worker::Heap>,
}

/// What came of a service.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Examined {
    /// The allocator's version, empty if it does not say.
    pub(crate) allocator_version: String,
    /// Sizes, rates and counts, as the seed had them.
    pub(crate) drawn: Vec<Drawn>,
    /// What the doctor said.
    pub(crate) report: Diagnosis,
    /// What RSS was made of until then.
    pub(crate) timeline: Timeline,
    /// The largest part (0 to 1) of the service's life in which one of its threads was ready to run
    /// and no processor was free, as the kernel counts it.
    pub(crate) waited_share: f64,
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
