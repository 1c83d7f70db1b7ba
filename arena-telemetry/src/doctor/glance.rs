//! A glance: what a page shows of the doctor that runs in this process. It finds the doctor by
//! itself, and a look is cheap: it judges seldom, and never experiments.

use core::time::Duration;
use std::sync::{Mutex, PoisonError, Weak};
use std::time::Instant;

use super::maps::Maps;
use super::practice::Practice;
use super::{Report, Timeline};

/// However often somebody looks, a judgement serves for so long; and for longer where it is dear.
const LEAST_PAUSE: Duration = Duration::from_secs(10);

/// While somebody looks, judging takes one part in so many of a processor's time.
const MOST_SHARE: u32 = 1000;

/// The doctors of this process, the newest last. It keeps none alive.
static RUNNING: Mutex<Vec<Weak<Practice>>> = Mutex::new(Vec::new());

/// What somebody sees who looks at a page.
#[derive(Clone, Debug, Default)]
pub(crate) struct Glance {
    /// The last judgement.
    pub(crate) report: Report,
    /// How old it is.
    pub(crate) age: Duration,
    /// What RSS was made of until the last reading.
    pub(crate) timeline: Timeline,
}

/// A judgement that is kept for whoever looks next.
#[derive(Debug)]
pub(super) struct Judged {
    /// When it began, and how long it took, but for profiles of the heap.
    pub(super) at: Instant,
    pub(super) took: Duration,
    pub(super) report: Report,
    /// The maps that it was made by.
    pub(super) maps: Maps,
    /// The last picture that somebody saw with it.
    pub(super) timeline: Timeline,
}

impl Judged {
    fn serves(&self, age: Duration) -> bool {
        age < LEAST_PAUSE.max(self.took * MOST_SHARE)
    }
}

/// Has the doctor be found by [`glance`] for as long as it runs.
pub(super) fn register(practice: Weak<Practice>) {
    let mut running = RUNNING.lock().unwrap_or_else(PoisonError::into_inner);
    running.retain(|known| known.strong_count() > 0);
    running.push(practice);
}

/// Looks at the newest of the doctors that run. `None` if none does.
pub(crate) fn glance() -> Option<Glance> {
    let running = RUNNING.lock().unwrap_or_else(PoisonError::into_inner);
    let newest = running.iter().rev().find_map(Weak::upgrade);
    drop(running);
    newest.map(|practice| practice.glance())
}

impl Practice {
    fn glance(&self) -> Glance {
        let lock = || self.judged.lock().unwrap_or_else(PoisonError::into_inner);
        let (is_first, serves) = match &*lock() {
            Some(judged) => (false, judged.serves(judged.at.elapsed())),
            None => (true, false),
        };
        if is_first || !serves && self.sampler.try_state().is_some() {
            // Without the lock: a subscriber that is told of something meanwhile may look, too.
            let judged = self.judge(false, false);
            *lock() = Some(judged);
        }
        let mut last = lock();
        let Some(judged) = last.as_mut() else { return Glance::default() };
        // While somebody judges or has an experiment run, the last picture serves: whoever looks
        // does not wait.
        if let Some(state) = self.sampler.try_state() {
            judged.timeline = Timeline::of(&state.history, &judged.maps, &state.known);
        }
        Glance {
            report: judged.report.clone(),
            age: judged.at.elapsed(),
            timeline: judged.timeline.clone(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::doctor::{Doctor, Options};

    fn judged(took: Duration) -> Judged {
        Judged {
            at: Instant::now(),
            took,
            report: Report::default(),
            maps: Maps::default(),
            timeline: Timeline::default(),
        }
    }

    #[test]
    fn a_judgement_serves_for_ten_seconds_and_for_longer_the_dearer_it_is() {
        let of = |millis, seconds| {
            judged(Duration::from_millis(millis)).serves(Duration::from_secs(seconds))
        };
        assert!(of(0, 9) && !of(0, 10));
        // 1 GiB of memory.
        assert!(of(20, 19) && !of(20, 20));
    }

    /// Which doctor a page finds is tested with a process of its own, in
    /// `tests/debug_page_doctor.rs`.
    #[test]
    fn a_look_has_it_judge_only_if_nobody_did_lately() {
        let options =
            Options { interval: Duration::from_secs(3600), watch: None, ..Options::default() };
        let doctor = Doctor::start(options);
        let look = || doctor.practice.glance();
        let first = look();
        doctor.sample();
        std::thread::sleep(Duration::from_millis(20));
        let second = look();
        assert_eq!(second.report, first.report, "it is not judged again");
        assert!(
            second.age >= first.age + Duration::from_millis(20),
            "{:?} {:?}",
            first.age,
            second.age
        );
        assert!(second.timeline.fine.len() > first.timeline.fine.len(), "the picture is of now");

        // What is judged meanwhile, by the watch or by the program, serves the page.
        let report = doctor.diagnose();
        let third = look();
        assert!(third.report == report && third.age < second.age, "{:?}", third.age);
        assert!(third.report.readings.count > second.report.readings.count);

        doctor.practice.judged.lock().unwrap().as_mut().unwrap().took = Duration::from_secs(3600);
        doctor.sample();
        assert_eq!(look().report, report, "it is dear");
        doctor.practice.judged.lock().unwrap().take();
        assert_ne!(look().report, report);
    }
}
