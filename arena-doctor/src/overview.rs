//! An overview for a debug page. It finds the running doctor by itself and costs little: it judges
//! seldom, and never purges.

use core::time::Duration;
use std::sync::PoisonError;

use super::map_cache::Look;
use super::state::DoctorState;
use super::{Diagnosis, Timeline, running};

/// What a debug page shows of a running doctor. Made by [`overview`].
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct Overview {
    /// The last diagnosis.
    pub diagnosis: Diagnosis,
    /// How old the diagnosis is.
    pub age: Duration,
    /// What RSS was made of until the last reading.
    pub timeline: Timeline,
}

/// The overview of the newest [`Doctor`](super::Doctor) that runs in this process. `None` if none
/// runs.
///
/// It is made for pages that refresh often. A diagnosis is reused for ten seconds, and for longer
/// if it was slow, so that diagnoses take at most a thousandth of a processor's time. It never
/// purges.
///
/// ```
/// use request_arena_doctor::{Doctor, Options, overview};
///
/// let doctor = Doctor::start(Options::default());
/// let seen = overview().unwrap();
/// println!("{} s ago: {}", seen.age.as_secs(), seen.diagnosis);
/// # drop(doctor);
/// ```
#[must_use]
pub fn overview() -> Option<Overview> {
    running::newest(|state| Some(state.overview()))
}

impl DoctorState {
    fn overview(&self) -> Overview {
        let lock = || self.judged.lock().unwrap_or_else(PoisonError::into_inner);
        let (is_first, serves) = match &*lock() {
            Some(judged) => (false, judged.serves(judged.at.elapsed())),
            None => (true, false),
        };
        if is_first || !serves && self.sampler.try_state().is_some() {
            // Without the lock: a subscriber that gets an event meanwhile may ask, too.
            let judged = self.judge(false, Look::Seldom);
            *lock() = Some(judged);
        }
        let mut last = lock();
        let Some(judged) = last.as_mut() else { return Overview::default() };
        // While another thread judges or purges, the last timeline serves: a page does not wait.
        if let Some(state) = self.sampler.try_state() {
            let limit = state.container.limit_bytes();
            judged.timeline = Timeline::of(&state.history, &judged.maps, &state.known, limit);
        }
        Overview {
            diagnosis: judged.diagnosis.clone(),
            age: judged.at.elapsed(),
            timeline: judged.timeline.clone(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Doctor, Options};

    /// Which doctor a page finds is tested with a process of its own, in
    /// `arena-telemetry/tests/debug_page_doctor.rs`.
    #[test]
    fn an_overview_judges_only_if_the_last_judgement_is_old() {
        let options =
            Options { interval: Duration::from_secs(3600), watch: None, ..Options::default() };
        let doctor = Doctor::start(options);
        let look = || doctor.state.overview();
        let first = look();
        doctor.sample();
        std::thread::sleep(Duration::from_millis(20));
        let second = look();
        assert_eq!(second.diagnosis, first.diagnosis, "it is not judged again");
        assert!(
            second.age >= first.age + Duration::from_millis(20),
            "{:?} {:?}",
            first.age,
            second.age
        );
        assert!(second.timeline.fine.len() > first.timeline.fine.len(), "the timeline is of now");

        // What is judged meanwhile, by the doctor or by the program, serves the page.
        let diagnosis = doctor.diagnose();
        let third = look();
        assert!(third.diagnosis == diagnosis && third.age < second.age, "{:?}", third.age);
        assert!(third.diagnosis.readings.count > second.diagnosis.readings.count);

        doctor.state.judged.lock().unwrap().as_mut().unwrap().took = Duration::from_secs(3600);
        doctor.sample();
        assert_eq!(look().diagnosis, diagnosis, "the last judgement was slow");
        doctor.state.judged.lock().unwrap().take();
        assert_ne!(look().diagnosis, diagnosis);
    }
}
