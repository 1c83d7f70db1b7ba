//! The last periodic judgement: exporters show it, and never make the doctor judge.

use core::time::Duration;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use super::diagnosis::{Diagnosis, Readings};
use super::state::DoctorState;
use super::{Account, ContainerMemory, Finding, Mode, running};

/// A judgement that a running [`Doctor`](super::Doctor) made by itself. Made by
/// [`last_judgement`].
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct LastJudgement {
    /// The findings, the likeliest first. Empty if the process is healthy.
    pub findings: Vec<Finding>,
    /// Every byte of RSS, by class.
    pub account: Account,
    /// The container and its limit. `None` if the process is in none.
    pub container: Option<ContainerMemory>,
    /// The readings behind it. Their count is 0 if the process cannot be read. Then neither
    /// findings nor their absence mean anything.
    pub readings: Readings,
    /// The time since it began.
    pub age: Duration,
}

/// The last judgement that a running [`Doctor`](super::Doctor) made by itself, which it does
/// [at a pace of its own](super::Options::watch).
///
/// `None` if no doctor runs or none has judged yet. It takes no lock that a request takes, and
/// never judges. It costs a copy of the findings.
///
/// ```
/// use request_arena_doctor::last_judgement;
///
/// if let Some(judgement) = last_judgement() {
///     for finding in &judgement.findings {
///         println!("{} s ago: {finding}", judgement.age.as_secs());
///     }
/// }
/// ```
#[must_use]
pub fn last_judgement() -> Option<LastJudgement> {
    running::newest(DoctorState::last_judgement)
}

/// The modes that a running [`Doctor`](super::Doctor) found in its [`last_judgement`].
///
/// ```
/// use request_arena_doctor::{Mode, found_modes};
///
/// if found_modes().is_some_and(|found| found.contains(&Mode::RealGrowth)) {
///     println!("the heap grows");
/// }
/// ```
#[must_use]
pub fn found_modes() -> Option<Vec<Mode>> {
    let findings = last_judgement()?.findings;
    let is_found = |mode: &Mode| findings.iter().any(|finding| finding.mode == *mode);
    Some(Mode::ALL.into_iter().filter(is_found).collect())
}

/// The place of the last periodic judgement. Empty before the first.
#[derive(Debug, Default)]
pub(super) struct Watched(Mutex<Option<Arc<Kept>>>);

#[derive(Debug)]
struct Kept {
    began: Instant,
    findings: Vec<Finding>,
    account: Account,
    container: Option<ContainerMemory>,
    readings: Readings,
}

impl Watched {
    pub(super) fn get(&self) -> Option<LastJudgement> {
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()?;
        Some(LastJudgement {
            findings: kept.findings.clone(),
            account: kept.account.clone(),
            container: kept.container.clone(),
            readings: kept.readings,
            age: kept.began.elapsed(),
        })
    }

    /// Keeps a diagnosis that began at this moment.
    pub(super) fn set(&self, began: Instant, diagnosis: &Diagnosis) {
        let Diagnosis { findings, account, container, readings, .. } = diagnosis;
        let kept = Kept {
            began,
            findings: findings.clone(),
            account: account.clone(),
            container: container.clone(),
            readings: *readings,
        };
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(Arc::new(kept));
    }
}
