//! The report: what a diagnosis says, in plain words and as JSON.

use core::fmt;

use serde::{Deserialize, Serialize};

use super::finding::{signed_size, size};
use super::history::History;
use super::probe::Serves;
use super::sampler::Known;
use super::{Account, Finding, Owners};

/// What the doctor says. Its `Display` is for people.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Diagnosis {
    /// The modes that the readings show, the likeliest first. None is healthy.
    pub findings: Vec<Finding>,
    /// Where every byte of RSS is.
    pub account: Account,
    /// The allocators that are in the process, and who allocates from them.
    pub allocators: Vec<Allocator>,
    /// Who owns the live heap, where something grows and jemalloc's profile of the heap tells
    /// (feature `heap-profile`).
    #[serde(default)]
    pub owners: Option<Owners>,
    /// What would make a handler's memory better, from the figures of its scopes.
    pub advice: Vec<Advice>,
    /// What the diagnosis rests on.
    pub readings: Readings,
}

/// An allocator of the process.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Allocator {
    /// Its name.
    pub name: String,
    /// Who allocates from it.
    pub serves: Serves,
}

/// Advice for one handler.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Advice {
    /// The name of its site.
    pub scope: String,
    /// One sentence.
    pub text: String,
}

/// The readings that a diagnosis rests on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Readings {
    /// How many there are, of the last minutes.
    pub count: usize,
    /// Seconds from the first of them to the last.
    pub seconds: f64,
    /// Requests between them.
    pub requests: u64,
}

impl Readings {
    /// Over fewer seconds the doctor sees only the steepest growth.
    pub const A_MINUTE: f64 = 60.0;

    pub(super) fn of(history: &History) -> Self {
        let (Some(first), Some(last)) = (history.fine().next(), history.last()) else {
            return Self::default();
        };
        Self {
            count: history.fine().len(),
            seconds: (last.at - first.at).as_secs_f64(),
            requests: last.requests - first.requests,
        }
    }
}

impl Allocator {
    pub(super) fn of(known: &Known) -> Self {
        Self { name: known.name.to_owned(), serves: known.serves.clone() }
    }
}

impl Diagnosis {
    /// Whether nothing was found.
    #[must_use]
    pub fn is_healthy(&self) -> bool {
        self.findings.is_empty()
    }
}

impl fmt::Display for Diagnosis {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Readings { count, seconds, requests } = self.readings;
        writeln!(f, "{count} readings over {seconds:.0} s, {requests} requests")?;
        match self.readings {
            Readings { count: 0, .. } => {
                writeln!(f, "no diagnosis: no memory readings available (is `/proc` mounted?)")?;
            }
            _ if !self.is_healthy() => {}
            Readings { seconds, .. } if seconds < Readings::A_MINUTE => {
                writeln!(f, "healthy so far: most problems take longer than a minute to show")?;
            }
            _ => writeln!(f, "healthy")?,
        }
        for finding in &self.findings {
            writeln!(f, "{finding}")?;
        }
        for Allocator { name, serves } in &self.allocators {
            writeln!(f, "{} from {name}", serves.who())?;
        }
        writeln!(f, "{:>12}  RSS", size(self.account.rss_bytes))?;
        for class in self.account.classes.iter().filter(|class| class.bytes > 0) {
            writeln!(f, "{:>12}  {}: {}", size(class.bytes), class.name, class.meaning)?;
        }
        writeln!(f, "{:>12}  unexplained", signed_size(self.account.unexplained_bytes as f64))?;
        if self.account.untouched_bytes > 0 {
            let untouched = size(self.account.untouched_bytes);
            writeln!(f, "plus {untouched} reserved by the allocator but not resident")?;
        }
        if let Some(owners) = &self.owners {
            writeln!(f, "{owners}")?;
        }
        for Advice { scope, text } in &self.advice {
            writeln!(f, "`{scope}`: {text}")?;
        }
        Ok(())
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({})", self.mode, self.confidence)?;
        if let Some(subject) = &self.subject {
            write!(f, " in `{subject}`")?;
        }
        if let Some(bytes) = self.bytes {
            write!(f, ": {}, {:.0} % of RSS", size(bytes), self.share * 100.0)?;
        }
        if let Some(microseconds) = self.microseconds {
            write!(f, ": {microseconds} us")?;
        }
        for evidence in &self.evidence {
            write!(f, "\n    {evidence}")?;
        }
        write!(f, "\n    remedy: {}", self.remedy)
    }
}
