//! Periodic judgements: the doctor judges once a minute by itself. So exporters have the modes that
//! it finds now, and the log says when a finding appears or goes.

use core::time::Duration;
use std::time::Instant;

use super::watched::Watched;
use super::{ContainerMemory, Diagnosis, Finding, Mode};

/// Judgements take at most one part in this many of a processor's time, without their readings of
/// the maps, which are [seldom](super::map_cache).
const MOST_SHARE: u32 = 4_000;

/// The longest time between two judgements, whatever they cost, unless the program wants a longer
/// one.
const LONGEST: Duration = Duration::from_secs(300);

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
    /// Whether the log has what is to say of the past.
    has_told: bool,
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
        Self { every, next: Instant::now().checked_add(every), known: Vec::new(), has_told: false }
    }

    /// Judges if it is time to. `judge` also returns how much of its processor time counts for the
    /// pace. `again` judges more precisely, if that is possible and not too costly.
    pub(super) fn judge_if_due(
        &mut self,
        watched: &Watched,
        judge: impl FnOnce() -> (Diagnosis, Duration),
        again: impl FnOnce() -> Option<(Diagnosis, Duration)>,
    ) {
        self.judge_at(Instant::now(), watched, judge, again);
    }

    /// The same at this moment.
    pub(super) fn judge_at(
        &mut self,
        now: Instant,
        watched: &Watched,
        judge: impl FnOnce() -> (Diagnosis, Duration),
        again: impl FnOnce() -> Option<(Diagnosis, Duration)>,
    ) {
        if self.next.is_none_or(|next| now < next) {
            return;
        }
        let (mut diagnosis, mut took) = judge();
        if self.is_changed_by(&diagnosis) {
            if let Some((precise, more)) = again() {
                (diagnosis, took) = (precise, took.max(more));
            }
        }
        watched.set(now, &diagnosis);
        self.announce(&diagnosis);
        self.next = now.checked_add(self.pause(took));
    }

    /// The findings that were logged, and have not gone since.
    #[cfg(test)]
    pub(super) fn confirmed(&self) -> impl Iterator<Item = Mode> {
        let confirmed = self.known.iter().filter(|known| known.times >= CONFIRMED);
        confirmed.map(|known| known.mode)
    }

    /// A finding that is new waits only for its confirmation.
    fn pause(&self, took: Duration) -> Duration {
        if self.known.iter().any(|known| known.times < CONFIRMED) {
            return self.every;
        }
        self.every.max(took.saturating_mul(MOST_SHARE).min(LONGEST))
    }

    /// Whether a finding appears or goes.
    fn is_changed_by(&self, diagnosis: &Diagnosis) -> bool {
        let is_known = |finding: &Finding| self.known.iter().any(|known| known.is(finding));
        diagnosis.findings.len() != self.known.len() || !diagnosis.findings.iter().all(is_known)
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
        let new: Vec<&Finding> = new.map(|(finding, _)| finding).collect();
        new.iter().for_each(|finding| appears(finding));
        if let Some(container) = &diagnosis.container {
            if !core::mem::replace(&mut self.has_told, true) {
                killed_before(container);
            }
            if !new.is_empty() {
                container.sentences.iter().for_each(|sentence| told(sentence));
            }
        }
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

/// What the container makes of a new finding: when its limit is reached.
fn told(sentence: &str) {
    tracing::warn!(target: "request_arena", "{sentence}");
}

/// Kills from before the doctor's start, once.
fn killed_before(container: &ContainerMemory) {
    if let Some(sentence) = container.killed_before() {
        tracing::warn!(
            target: "request_arena", oom_kills = container.oom_kills_before, "{sentence}"
        );
    }
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
    use core::cell::RefCell;
    use core::fmt;

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
            allocated: None,
            slope: None,
        };
        (
            Diagnosis { findings: modes.iter().map(finding).collect(), ..Diagnosis::default() },
            Duration::ZERO,
        )
    }

    fn modes(watched: &Watched) -> Option<Vec<Mode>> {
        Some(watched.get()?.findings.iter().map(|finding| finding.mode).collect())
    }

    #[test]
    fn what_is_found_is_of_the_last_judgement() {
        let (mut judge, found) = (PeriodicJudge::new(Duration::ZERO), Watched::default());
        assert_eq!(modes(&found), None);
        judge.judge_if_due(&found, || diagnosis(&[Mode::Retention, Mode::PageCache]), || None);
        assert_eq!(modes(&found).unwrap(), [Mode::Retention, Mode::PageCache]);
        judge.next = Some(Instant::now());
        judge.judge_if_due(&found, || diagnosis(&[]), || None);
        assert_eq!(modes(&found).unwrap(), []);
        judge.next = Instant::now().checked_add(Duration::from_secs(3600));
        judge.judge_if_due(&found, || unreachable!("it is not time"), || None);
        let never = || unreachable!("never");
        PeriodicJudge::new(Duration::MAX).judge_if_due(&found, never, || None);
    }

    /// The seconds of an hour in which a service is judged that leaks from `leaks` on, and the
    /// second of the warning. Each judgement takes so much of a processor.
    fn watched(took: Duration, leaks: u64) -> (Vec<u64>, Option<u64>) {
        let every = Duration::from_secs(60);
        let (mut judge, found) = (PeriodicJudge::new(every), Watched::default());
        let began = judge.next.unwrap() - every;
        let (mut judged, mut warned) = (Vec::new(), None);
        for second in 0..3600 {
            let mode = [Mode::RealGrowth];
            let now = began + Duration::from_secs(second);
            let judging = || {
                judged.push(second);
                (diagnosis(if second < leaks { &[] } else { &mode }).0, took)
            };
            judge.judge_at(now, &found, judging, || None);
            if judge.known.iter().any(|known| known.times == CONFIRMED) {
                warned = warned.or(Some(second));
            }
        }
        (judged, warned)
    }

    #[test]
    fn a_costly_judgement_is_made_each_five_minutes_and_confirmed_a_minute_later() {
        let (judged, warned) = watched(Duration::from_secs(1), u64::MAX);
        assert!(judged.windows(2).all(|pair| pair[1] - pair[0] == 300), "{judged:?}");
        assert_eq!((judged[0], warned), (60, None));
        let (judged, warned) = watched(Duration::from_secs(1), 100);
        assert_eq!(judged[..4], [60, 360, 420, 720]);
        assert_eq!(warned, Some(420), "the second judgement that finds it");
    }

    #[test]
    fn a_leak_is_warned_of_after_as_many_minutes_whatever_the_maps_cost() {
        // Without the maps, a judgement takes milliseconds in a large service, too.
        for took in [0, 5, 15].map(Duration::from_millis) {
            let (judged, warned) = watched(took, 100);
            assert_eq!(judged[..3], [60, 120, 180], "{took:?}");
            assert_eq!(warned, Some(180), "{took:?}");
        }
    }

    /// Hears the messages of events on this thread.
    struct Hears;

    thread_local! {
        static HEARD: RefCell<Vec<String>> = const { RefCell::new(Vec::new()) };
    }

    impl tracing::Subscriber for Hears {
        fn enabled(&self, metadata: &tracing::Metadata<'_>) -> bool {
            metadata.target() == "request_arena"
        }

        fn new_span(&self, _: &tracing::span::Attributes<'_>) -> tracing::Id {
            tracing::Id::from_u64(1)
        }

        fn record(&self, _: &tracing::Id, _: &tracing::span::Record<'_>) {}

        fn record_follows_from(&self, _: &tracing::Id, _: &tracing::Id) {}

        fn event(&self, event: &tracing::Event<'_>) {
            event.record(&mut |field: &tracing::field::Field, value: &dyn fmt::Debug| {
                if field.name() == "message" {
                    HEARD.with_borrow_mut(|heard| heard.push(format!("{value:?}")));
                }
            });
        }

        fn enter(&self, _: &tracing::Id) {}

        fn exit(&self, _: &tracing::Id) {}
    }

    #[test]
    fn the_log_has_the_limit_with_a_new_finding_and_earlier_kills_once() {
        let container = ContainerMemory {
            oom_kills_before: 2,
            sentences: vec!["at this rate".to_owned()],
            ..ContainerMemory::default()
        };
        let (mut judge, found) = (PeriodicJudge::new(Duration::ZERO), Watched::default());
        let mut heard = |modes: &[Mode]| -> Vec<String> {
            judge.next = Some(Instant::now());
            let judged = || {
                let (mut diagnosis, took) = diagnosis(modes);
                diagnosis.container = Some(container.clone());
                (diagnosis, took)
            };
            tracing::subscriber::with_default(Hears, || {
                judge.judge_if_due(&found, judged, || None);
            });
            HEARD.take()
        };
        let kills = heard(&[]);
        assert!(kills.len() == 1 && kills[0].contains("killed 2 processes"), "{kills:?}");
        assert_eq!(heard(&[Mode::RealGrowth]), [""; 0], "it is not confirmed");
        let confirmed = heard(&[Mode::RealGrowth]);
        assert!(confirmed[0].starts_with("the doctor finds real growth"), "{confirmed:?}");
        assert_eq!(confirmed[1..], ["at this rate"]);
        assert_eq!(heard(&[Mode::RealGrowth]), [""; 0], "it is known");
        assert_eq!(found.get().unwrap().container, Some(container));
    }

    #[test]
    fn what_changes_is_judged_again_and_what_does_not_is_not() {
        let (mut judge, found) = (PeriodicJudge::new(Duration::ZERO), Watched::default());
        let mut times = 0;
        let mut run = |first: &[Mode], precise: &[Mode]| {
            judge.next = Some(Instant::now());
            let again = || {
                times += 1;
                Some(diagnosis(precise))
            };
            judge.judge_if_due(&found, || diagnosis(first), again);
            (modes(&found).unwrap(), times)
        };
        assert_eq!(run(&[Mode::Retention], &[]), (vec![], 1), "the estimate was wrong");
        assert_eq!(run(&[Mode::Retention], &[Mode::Retention]), (vec![Mode::Retention], 2));
        assert_eq!(run(&[Mode::Retention], &[]), (vec![Mode::Retention], 2), "it stays");
        assert_eq!(run(&[], &[]), (vec![], 3), "it goes");
    }
}
