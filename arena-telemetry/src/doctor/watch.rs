//! The watch: judges once a minute, so that the gauges `request_arena_doctor_finding{mode}` are of
//! now, and the log says when a finding appears or goes.

use core::time::Duration;
use std::time::Instant;

use super::report::Report;
use super::{Finding, Mode};
use crate::findings::{self, FindingReading};

/// Judging may take one part in so many of a processor's time, as it makes the kernel walk over
/// page tables.
const MOST_SHARE: u32 = 10_000;

/// A finding is told once so many judgements in a row have it: what a service fills when it starts,
/// and a burst, are gone by the next.
const CONFIRMED: u32 = 2;

/// When to judge next, and what was found last.
#[derive(Debug)]
pub(super) struct Watch {
    every: Duration,
    /// `None` is never: a time that the clock does not have.
    next: Option<Instant>,
    known: Vec<Known>,
}

/// A mode, what it is about, and how many judgements in a row have found it.
#[derive(Clone, Debug)]
struct Known {
    mode: Mode,
    subject: Option<String>,
    times: u32,
}

impl Watch {
    /// The first judgement is when a history of that length is there.
    pub(super) fn new(every: Duration) -> Self {
        Self { every, next: Instant::now().checked_add(every), known: Vec::new() }
    }

    /// Judges if it is time to. `judge` also tells how much of its time is to be paced.
    pub(super) fn look(&mut self, judge: impl FnOnce() -> (Report, Duration)) {
        let began = Instant::now();
        if self.next.is_none_or(|next| began < next) {
            return;
        }
        let (report, took) = judge();
        self.next = began.checked_add(self.every.max(took.saturating_mul(MOST_SHARE)));
        self.see(&report);
    }

    fn see(&mut self, report: &Report) {
        let reading = |mode: Mode| FindingReading {
            mode: mode.as_str(),
            found: report.findings.iter().any(|finding| finding.mode == mode),
        };
        findings::publish(Some(Mode::ALL.map(reading).into()));
        let seen = |finding: &Finding| {
            let before =
                self.known.iter().find(|known| known.is(finding)).map_or(0, |known| known.times);
            Known {
                mode: finding.mode,
                subject: finding.subject.clone(),
                times: before.saturating_add(1),
            }
        };
        let now: Vec<_> = report.findings.iter().map(seen).collect();
        let before = core::mem::replace(&mut self.known, now);
        let new =
            report.findings.iter().zip(&self.known).filter(|(_, known)| known.times == CONFIRMED);
        new.for_each(|(finding, _)| appears(finding));
        let is_gone = |known: &&Known| {
            known.times >= CONFIRMED && !report.findings.iter().any(|now| known.is(now))
        };
        before.iter().filter(is_gone).for_each(|gone| goes(gone.mode, gone.subject.as_deref()));
    }
}

impl Known {
    fn is(&self, finding: &Finding) -> bool {
        (self.mode, &self.subject) == (finding.mode, &finding.subject)
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        findings::publish(None);
    }
}

fn appears(finding: &Finding) {
    tracing::warn!(
        target: "request_arena",
        mode = finding.mode.as_str(),
        subject = finding.subject.as_deref(),
        bytes = finding.bytes,
        microseconds = finding.microseconds,
        "the doctor finds {finding}"
    );
}

fn goes(mode: Mode, subject: Option<&str>) {
    tracing::warn!(target: "request_arena", mode = mode.as_str(), subject, "the doctor no longer finds {mode}");
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::doctor::Confidence;

    fn report(modes: &[Mode]) -> (Report, Duration) {
        let finding = |&mode: &Mode| Finding {
            mode,
            bytes: Some(1),
            share: 0.5,
            microseconds: None,
            confidence: Confidence::High,
            evidence: Vec::new(),
            remedy: "none".into(),
            subject: None,
        };
        (
            Report { findings: modes.iter().map(finding).collect(), ..Report::default() },
            Duration::ZERO,
        )
    }

    fn found() -> Option<Vec<&'static str>> {
        let found = findings::last()?.into_iter().filter(|reading| reading.found);
        Some(found.map(|reading| reading.mode).collect())
    }

    /// One test, as what is published is the process's.
    #[test]
    fn what_is_found_is_published_while_there_is_a_doctor() {
        let mut watch = Watch::new(Duration::ZERO);
        assert_eq!(found(), None);
        watch.look(|| report(&[Mode::Retention, Mode::PageCache]));
        assert_eq!(found().unwrap(), ["page_cache", "retention"]);
        assert_eq!(findings::last().unwrap().len(), Mode::ALL.len());
        watch.next = Some(Instant::now());
        watch.look(|| report(&[]));
        assert_eq!(found().unwrap(), [""; 0]);
        watch.next = Instant::now().checked_add(Duration::from_secs(3600));
        watch.look(|| unreachable!("it is not time"));
        Watch::new(Duration::MAX).look(|| unreachable!("never"));
        drop(watch);
        assert_eq!(found(), None);
    }
}
