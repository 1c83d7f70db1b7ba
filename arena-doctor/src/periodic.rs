//! Periodic judgements: the doctor judges once a minute by itself. So exporters have the modes that
//! it finds now, and the log says when a finding appears or goes.

use core::time::Duration;
use std::time::Instant;

use super::watched::Watched;
use super::{Diagnosis, Finding, Mode};

/// Judgements take at most one part in this many of a processor's time, since the kernel walks page
/// tables for each.
const MOST_SHARE: u32 = 10_000;

/// A finding is logged after this many judgements in a row. A burst, or a service that fills its
/// caches at the start, is over by the next one.
const CONFIRMED: u32 = 2;

/// The time of the next judgement, and the last findings.
#[derive(Debug)]
pub(super) struct PeriodicJudge {
    every: Duration,
    /// `None` for a time that the clock cannot represent: never.
    next: Option<Instant>,
    known: Vec<Known>,
}

/// A finding, and the number of judgements in a row that found it.
#[derive(Clone, Debug)]
struct Known {
    mode: Mode,
    subject: Option<String>,
    times: u32,
}

impl PeriodicJudge {
    /// The first judgement is after `every`.
    pub(super) fn new(every: Duration) -> Self {
        Self { every, next: Instant::now().checked_add(every), known: Vec::new() }
    }

    /// Judges if it is time to. `judge` also returns how much of its time counts for the pace.
    pub(super) fn judge_if_due(
        &mut self,
        watched: &Watched,
        judge: impl FnOnce() -> (Diagnosis, Duration),
    ) {
        let began = Instant::now();
        if self.next.is_none_or(|next| began < next) {
            return;
        }
        let (diagnosis, took) = judge();
        self.next = began.checked_add(self.every.max(took.saturating_mul(MOST_SHARE)));
        watched.set(began, &diagnosis);
        self.announce(&diagnosis);
    }

    fn announce(&mut self, diagnosis: &Diagnosis) {
        let seen = |finding: &Finding| {
            let before =
                self.known.iter().find(|known| known.is(finding)).map_or(0, |known| known.times);
            Known {
                mode: finding.mode,
                subject: finding.subject.clone(),
                times: before.saturating_add(1),
            }
        };
        let now: Vec<_> = diagnosis.findings.iter().map(seen).collect();
        let before = core::mem::replace(&mut self.known, now);
        let new = diagnosis
            .findings
            .iter()
            .zip(&self.known)
            .filter(|(_, known)| known.times == CONFIRMED);
        new.for_each(|(finding, _)| appears(finding));
        let is_gone = |known: &&Known| {
            known.times >= CONFIRMED && !diagnosis.findings.iter().any(|now| known.is(now))
        };
        before.iter().filter(is_gone).for_each(|gone| goes(gone.mode, gone.subject.as_deref()));
    }
}

impl Known {
    fn is(&self, finding: &Finding) -> bool {
        (self.mode, &self.subject) == (finding.mode, &finding.subject)
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
    tracing::warn!(
        target: "request_arena",
        mode = mode.as_str(),
        subject,
        "the doctor no longer finds {mode}"
    );
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Confidence;

    fn diagnosis(modes: &[Mode]) -> (Diagnosis, Duration) {
        let finding = |&mode: &Mode| Finding {
            mode,
            bytes: Some(1),
            share: 0.5,
            microseconds: None,
            confidence: Confidence::High,
            evidence: Vec::new(),
            remedy: "none".into(),
            subject: None,
            slope: None,
        };
        (
            Diagnosis { findings: modes.iter().map(finding).collect(), ..Diagnosis::default() },
            Duration::ZERO,
        )
    }

    #[test]
    fn what_is_found_is_of_the_last_judgement() {
        let (mut judge, found) = (PeriodicJudge::new(Duration::ZERO), Watched::default());
        let modes = || -> Option<Vec<Mode>> {
            Some(found.get()?.findings.iter().map(|finding| finding.mode).collect())
        };
        assert_eq!(modes(), None);
        judge.judge_if_due(&found, || diagnosis(&[Mode::Retention, Mode::PageCache]));
        assert_eq!(modes().unwrap(), [Mode::Retention, Mode::PageCache]);
        judge.next = Some(Instant::now());
        judge.judge_if_due(&found, || diagnosis(&[]));
        assert_eq!(modes().unwrap(), []);
        judge.next = Instant::now().checked_add(Duration::from_secs(3600));
        judge.judge_if_due(&found, || unreachable!("it is not time"));
        PeriodicJudge::new(Duration::MAX).judge_if_due(&found, || unreachable!("never"));
    }
}
