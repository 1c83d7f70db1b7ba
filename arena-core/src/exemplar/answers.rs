//! What the source of traces has answered so far, for an operator who finds no exemplar.

use std::sync::atomic::{AtomicU8, Ordering::Relaxed};

/// What the [source of traces](super::trace_by) has answered since the service set it. Later
/// variants replace earlier ones.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize), serde(rename_all = "snake_case"))]
#[non_exhaustive]
pub enum Answers {
    /// No scope has asked it.
    NotAsked,
    /// No scope that asked has a trace. The service samples no trace, or the source does not see
    /// the context of the handlers.
    NoTrace,
    /// A scope has a trace.
    Trace,
    /// The source has panicked. Each panic costs an exemplar.
    Panicked,
}

/// The answers of one source.
#[derive(Debug)]
pub(super) struct Heard(AtomicU8);

impl Heard {
    pub(super) const fn nothing() -> Self {
        Self(AtomicU8::new(Answers::NotAsked as u8))
    }

    /// Writes only what is new. With unsampled traces, the scopes of all threads come here.
    pub(super) fn note(&self, answer: Answers) {
        if self.0.load(Relaxed) < answer as u8 {
            self.0.fetch_max(answer as u8, Relaxed);
        }
    }

    pub(super) fn read(&self) -> Answers {
        let heard = self.0.load(Relaxed);
        let answers = [Answers::NoTrace, Answers::Trace, Answers::Panicked];
        let is_heard = |answer: &Answers| *answer as u8 == heard;
        answers.into_iter().find(is_heard).unwrap_or(Answers::NotAsked)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_later_variant_replaces_an_earlier_one() {
        let heard = Heard::nothing();
        assert_eq!(heard.read(), Answers::NotAsked);
        for (answer, read) in [
            (Answers::NoTrace, Answers::NoTrace),
            (Answers::Trace, Answers::Trace),
            (Answers::NoTrace, Answers::Trace),
            (Answers::Panicked, Answers::Panicked),
            (Answers::Trace, Answers::Panicked),
        ] {
            heard.note(answer);
            assert_eq!(heard.read(), read);
        }
    }
}
