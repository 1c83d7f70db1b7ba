//! A finding: one mode, with evidence and a remedy.

use core::fmt;

use bytesize::ByteSize;
use serde::{Deserialize, Serialize};

use super::{HandlerGrowth, Mode};

/// One mode that the readings show, with its evidence and remedy.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Finding {
    /// The mode.
    pub mode: Mode,
    /// Bytes of RSS that it explains. `None` if it is about time.
    pub bytes: Option<u64>,
    /// The share of RSS that it explains, 0 to 1.
    pub share: f64,
    /// Microseconds that it adds to the 99.9th percentile. `None` if it is not about latency.
    pub microseconds: Option<u64>,
    /// How certain it is.
    pub confidence: Confidence,
    /// The figures behind it, the most important first.
    pub evidence: Vec<Figure>,
    /// What to do, in one or two sentences.
    pub remedy: String,
    /// The handler, named arena or phase that it is about, if known.
    pub subject: Option<String>,
    /// The handler under which most of the memory was allocated, if the allocator passes samples
    /// on: see [`heap::live`](request_arena_core::heap::live).
    #[serde(default)]
    pub allocated: Option<HandlerGrowth>,
    /// How fast it grows, in bytes a second. `None` if it does not grow, or grows in steps.
    #[serde(default)]
    pub slope: Option<f64>,
}

/// How certain a finding is. Text, JSON and labels use the same words.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[non_exhaustive]
pub enum Confidence {
    /// *Possible*: the figures fit this mode, and another one, too.
    #[serde(rename = "possible")]
    Low,
    /// *Likely*: the figures fit this mode best. A purge or a named arena would settle it.
    #[serde(rename = "likely")]
    Medium,
    /// *Certain*: the figures exclude the other modes.
    #[serde(rename = "certain")]
    High,
}

impl Confidence {
    /// All confidences, the lowest first.
    pub const ALL: [Self; 3] = [Self::Low, Self::Medium, Self::High];

    /// The word for it: `possible`, `likely` or `certain`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Low => "possible",
            Self::Medium => "likely",
            Self::High => "certain",
        }
    }

    /// Its place in [`ALL`](Self::ALL), from 1 on: 1 is possible, 2 is likely, 3 is certain.
    /// Metrics use it, with 0 for a mode that is not found.
    #[must_use]
    pub const fn level(self) -> u8 {
        match self {
            Self::Low => 1,
            Self::Medium => 2,
            Self::High => 3,
        }
    }
}

impl fmt::Display for Confidence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// One figure of a finding's evidence.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Figure {
    /// The name of the figure.
    pub name: String,
    /// The value.
    pub value: f64,
    /// Its unit.
    pub unit: FigureUnit,
    /// Its meaning.
    pub meaning: String,
}

/// The unit of a [`Figure`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum FigureUnit {
    /// Bytes.
    Bytes,
    /// Bytes for each request.
    BytesPerRequest,
    /// Bytes each second.
    BytesPerSecond,
    /// Bytes each hour.
    BytesPerHour,
    /// Seconds.
    Seconds,
    /// Microseconds.
    Microseconds,
    /// A quotient or a share.
    Ratio,
    /// A plain count.
    Count,
}

impl Figure {
    pub(super) fn new(
        name: impl Into<String>,
        value: f64,
        unit: FigureUnit,
        meaning: impl Into<String>,
    ) -> Self {
        Self { name: name.into(), value, unit, meaning: meaning.into() }
    }

    pub(super) fn bytes(name: impl Into<String>, value: u64, meaning: impl Into<String>) -> Self {
        Self::new(name, value as f64, FigureUnit::Bytes, meaning)
    }
}

impl fmt::Display for Figure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { name, value, unit, meaning } = self;
        match unit {
            FigureUnit::Bytes => write!(f, "{name}: {}", signed_size(*value)),
            FigureUnit::BytesPerRequest => write!(f, "{name}: {} a request", signed_size(*value)),
            FigureUnit::BytesPerSecond => write!(f, "{name}: {} a second", signed_size(*value)),
            FigureUnit::BytesPerHour => write!(f, "{name}: {} an hour", signed_size(*value)),
            FigureUnit::Seconds => write!(f, "{name}: {value:.1} s"),
            FigureUnit::Microseconds => write!(f, "{name}: {value:.0} us"),
            FigureUnit::Ratio => write!(f, "{name}: {value:.2}"),
            FigureUnit::Count => write!(f, "{name}: {value:.0}"),
        }?;
        if meaning.is_empty() { Ok(()) } else { write!(f, " ({meaning})") }
    }
}

/// Bytes as people read them, with their sign.
pub(super) fn signed_size(bytes: f64) -> String {
    let sign = if bytes < 0.0 { "-" } else { "" };
    format!("{sign}{}", size(bytes.abs().round() as u64))
}

/// Bytes as people read them, in powers of 1024.
pub(super) fn size(bytes: u64) -> String {
    format!("{:.1}", ByteSize::b(bytes).display().iec())
}

#[cfg(test)]
mod tests {
    use super::Confidence;

    #[test]
    fn json_uses_the_words_of_the_text_and_levels_follow_the_order() {
        for (place, confidence) in (1..).zip(Confidence::ALL) {
            let word = confidence.as_str();
            assert_eq!(serde_json::to_string(&confidence).unwrap(), format!("\"{word}\""));
            assert_eq!((confidence.to_string(), confidence.level()), (word.to_owned(), place));
        }
        assert!(Confidence::ALL.is_sorted());
    }
}
