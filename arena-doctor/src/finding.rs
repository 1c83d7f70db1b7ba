//! A finding: one mode, with the figures it rests on and what to do.

use core::fmt;

use bytesize::ByteSize;
use serde::{Deserialize, Serialize};

use super::Mode;

/// One mode that the readings show, with its evidence and remedy.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Finding {
    /// Which mode it is.
    pub mode: Mode,
    /// Bytes of RSS that it explains. `None` if it is of time and not of memory.
    pub bytes: Option<u64>,
    /// That part (0 to 1) of RSS.
    pub share: f64,
    /// Microseconds by which it lengthens the 99.9th percentile; `None` if it is of memory.
    pub microseconds: Option<u64>,
    /// How sure it is.
    pub confidence: Confidence,
    /// The figures that it rests on, the most telling first.
    pub evidence: Vec<Figure>,
    /// What to do, in one or two sentences.
    pub remedy: String,
    /// The handler, the named arena or the phase that it is about, if that is known.
    pub subject: Option<String>,
}

/// How sure a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Confidence {
    /// The figures fit, and fit another mode as well.
    Low,
    /// The figures fit this mode best; an experiment or a named arena would settle it.
    Medium,
    /// The sign that tells this mode from the others is there.
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

/// One figure that a finding rests on.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Figure {
    /// What was measured.
    pub name: String,
    /// The figure.
    pub value: f64,
    /// What it is measured in.
    pub unit: FigureUnit,
    /// What it says.
    pub meaning: String,
}

/// What a figure is measured in.
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
    /// Things.
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
