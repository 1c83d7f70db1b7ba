//! A finding: one mode, with evidence and a remedy.

use core::fmt;

use bytesize::ByteSize;
use serde::{Deserialize, Serialize};

use super::Mode;

/// One mode that the readings show, with its evidence and remedy.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Finding {
    /// The mode.
    pub mode: Mode,
    /// Bytes of RSS that it explains. `None` if it is about latency.
    pub bytes: Option<u64>,
    /// The share of RSS that it explains, 0 to 1.
    pub share: f64,
    /// Microseconds that it adds to the 99.9th percentile. `None` if it is about memory.
    pub microseconds: Option<u64>,
    /// How certain it is.
    pub confidence: Confidence,
    /// The figures behind it, the most important first.
    pub evidence: Vec<Figure>,
    /// What to do, in one or two sentences.
    pub remedy: String,
    /// The handler, named arena or phase that it is about, if known.
    pub subject: Option<String>,
}

/// How certain a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Confidence {
    /// The figures fit this mode, and another one, too.
    Low,
    /// The figures fit this mode best. A purge or a named arena would settle it.
    Medium,
    /// The figures exclude the other modes.
    High,
}

impl fmt::Display for Confidence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Low => "possible",
            Self::Medium => "likely",
            Self::High => "certain",
        })
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
