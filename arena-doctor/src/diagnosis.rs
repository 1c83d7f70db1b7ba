//! A diagnosis, as text and as JSON.

use core::fmt;

use serde::{Deserialize, Serialize};

use super::finding::{signed_size, size};
use super::history::History;
use super::probe::Serves;
use super::sampler::Known;
use super::{Account, ContainerMemory, Finding, HandlerGrowth, Holder, Mode, Owners, Verdict};

/// A diagnosis of the process's memory. Its `Display` is for people.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Diagnosis {
    /// The modes that the readings show, the likeliest first. Empty if the process is healthy.
    pub findings: Vec<Finding>,
    /// Every byte of RSS, by class.
    pub account: Account,
    /// The allocators of the process, and the code that allocates from them.
    pub allocators: Vec<Allocator>,
    /// The owners of the live heap, if memory grows and jemalloc samples allocations (feature
    /// `heap-profile`).
    #[serde(default)]
    pub owners: Option<Owners>,
    /// The handlers under which live heap came, if memory grows and the allocator passes samples
    /// on. At most five, the largest first.
    #[serde(default)]
    pub handlers: Vec<HandlerGrowth>,
    /// The largest holders of memory, growing or not: functions, threads, mapped files. At
    /// most five, the largest first. Functions need a heap profile (feature `heap-profile`).
    #[serde(default)]
    pub holders: Vec<Holder>,
    /// The memory of the process's container and its limit. `None` if the process is in none.
    #[serde(default)]
    pub container: Option<ContainerMemory>,
    /// Advice on the memory of handlers, from the figures of their scopes.
    pub advice: Vec<Advice>,
    /// The readings behind the diagnosis.
    pub readings: Readings,
}

/// An allocator of the process.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Allocator {
    /// Its name.
    pub name: String,
    /// The code that allocates from it.
    pub serves: Serves,
}

/// Advice for one handler.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Advice {
    /// The name of the handler.
    pub scope: String,
    /// One sentence.
    pub text: String,
}

/// The readings behind a diagnosis.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Readings {
    /// The number of readings in the last minutes.
    pub count: usize,
    /// Seconds from the first reading to the last.
    pub seconds: f64,
    /// Requests from the first reading to the last.
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
    /// Whether there is no finding.
    #[must_use]
    pub fn is_healthy(&self) -> bool {
        self.findings.is_empty()
    }
}

impl fmt::Display for Diagnosis {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Readings { count, seconds, requests } = self.readings;
        write!(f, "{count} readings over {seconds:.0} s, {requests} requests")?;
        writeln!(f, "{}", if requests == 0 { " counted" } else { "" })?;
        match self.verdict() {
            Verdict::Found => {}
            Verdict::Healthy => writeln!(f, "{}", Verdict::Healthy.as_str())?,
            verdict => writeln!(f, "{verdict}")?,
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
        if self.account.huge_page_bytes > 0 {
            let huge = size(self.account.huge_page_bytes);
            writeln!(f, "{huge} of the anonymous memory are on huge pages")?;
        }
        if let Some(container) = &self.container {
            writeln!(f, "{container}")?;
        }
        if self.is_healthy() && !self.holders.is_empty() {
            writeln!(f, "the largest holders, which do not grow:")?;
            for holder in &self.holders {
                writeln!(f, "{holder}")?;
            }
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
            write!(f, ": {}", size(bytes))?;
            // Memory outside of RSS has no share of it.
            if self.mode != Mode::OutsideRss {
                write!(f, ", {:.0} % of RSS", self.share * 100.0)?;
            }
        }
        if let Some(allocated) = &self.allocated {
            write!(f, "; {allocated}")?;
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
