//! The doctor's state: shared by its thread, its owner and pages. And how a judgement is made from
//! it.

use core::time::Duration;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use request_arena_core::report;
use request_arena_memory::maps::Maps;

use super::clock::Stopwatch;
use super::diagnosis::{Allocator, Diagnosis, Readings};
#[cfg(feature = "heap-profile")]
use super::evidence::LEAST_BYTES;
use super::evidence::Over;
use super::handlers::KeptHandlers;
use super::judgement::Judgement;
use super::map_cache::Look;
#[cfg(feature = "heap-profile")]
use super::profile::Kept;
use super::sampler::{Sampler, SamplerState, Slow};
use super::shown::shown;
use super::watched::{LastJudgement, Watched};
use super::{
    Account, ContainerMemory, Evidence, Experiments, Finding, Mode, Owners, Timeline, advice,
    experiment, holders, latency, modes, probe,
};

/// Looking names up needs some MiB for a moment. The allocator gives them back within this many
/// times `settle`, which covers jemalloc's decay.
const GOES_BACK: u32 = 3;

/// The state that the thread and the owner share. Locks are taken in the order of the fields from
/// `judged` on: the last judgement, the sampler's state, the handlers, the profiles.
#[derive(Debug)]
pub(super) struct DoctorState {
    experiments: Experiments,
    settle: Duration,
    /// The time of the last purge that the program did not ask for.
    purged: Mutex<Option<Instant>>,
    /// The last judgement without a purge.
    pub(super) judged: Mutex<Option<Judgement>>,
    /// The last periodic judgement.
    pub(super) watched: Watched,
    pub(super) sampler: Sampler,
    /// Live heap by handler for comparison.
    handlers: Mutex<KeptHandlers>,
    /// Heap profiles for comparison.
    #[cfg(feature = "heap-profile")]
    profiles: Mutex<Kept>,
}

impl DoctorState {
    pub(super) fn new(sampler: Sampler, experiments: Experiments, settle: Duration) -> Self {
        Self {
            experiments,
            settle,
            purged: Mutex::new(None),
            judged: Mutex::new(None),
            watched: Watched::default(),
            sampler,
            handlers: Mutex::new(KeptHandlers::new(settle)),
            #[cfg(feature = "heap-profile")]
            profiles: Mutex::new(Kept::new(settle)),
        }
    }

    /// The last periodic judgement; `None` if there was none.
    pub(super) fn last_judgement(&self) -> Option<LastJudgement> {
        self.watched.get()
    }

    /// A diagnosis, and its processor time without heap profiles and maps, which have their own
    /// pace. With [`Look::Now`] the program asked for it.
    pub(super) fn diagnose(&self, look: Look) -> (Diagnosis, Duration) {
        let judged = self.judge(false, look);
        let (diagnosis, took) = (judged.diagnosis.clone(), judged.took);
        *self.judged.lock().unwrap_or_else(PoisonError::into_inner) = Some(judged);
        let could_help =
            |finding: &Finding| matches!(finding.mode, Mode::Retention | Mode::Fragmentation);
        let is_needed = self.experiments == Experiments::WhenNeeded
            && diagnosis.findings.iter().any(could_help);
        if !is_needed || !self.may_experiment() {
            return (diagnosis, took);
        }
        let purged = self.judge(true, look);
        (purged.diagnosis, took + purged.took)
    }

    /// Diagnoses with maps of now if the last diagnosis had an estimate, and if that does not cost
    /// too much.
    pub(super) fn diagnose_again(&self) -> Option<(Diagnosis, Duration)> {
        {
            let mut state = self.sampler.state();
            if !state.maps.may_look_again(Instant::now()) {
                return None;
            }
            state.maps.forget();
        }
        Some(self.diagnose(Look::Seldom))
    }

    /// A diagnosis with a purge, unless the options forbid it.
    pub(super) fn diagnose_with_purge(&self) -> Diagnosis {
        self.judge(self.experiments != Experiments::Never, Look::Now).diagnosis
    }

    /// Whether the last purge that the program did not ask for is long enough ago. If so, the next
    /// one is now.
    fn may_experiment(&self) -> bool {
        let mut last = self.purged.lock().unwrap_or_else(PoisonError::into_inner);
        let may = last.is_none_or(|last| last.elapsed() >= Experiments::PAUSE);
        if may {
            *last = Some(Instant::now());
        }
        may
    }

    pub(super) fn judge(&self, experiment: bool, look: Look) -> Judgement {
        let (at, clock) = (Instant::now(), Stopwatch::start());
        let (asked, profiles_before) = (look == Look::Now, self.spent_on_profiles());
        // Before the lock: the report may warn of scopes that are open for long, and a subscriber
        // may ask the doctor then.
        let arenas = report();
        let slow = if asked { Slow::All } else { Slow::Affordable };
        let mut state = self.sampler.sampled(slow);
        let look = if experiment { Look::Now } else { look };
        let SamplerState { history, maps, probes, threads, .. } = &mut *state;
        let process = history.last().map(|last| last.process).unwrap_or_default();
        threads.threads(look, at, process.threads);
        let (maps, walked) = maps.maps(look, at, &process, || probe::read_maps(probes));
        // Without `/proc` there are no readings to judge.
        let is_read = state.history.last().is_some();
        let diagnosis =
            is_read.then(|| self.judge_sampled(&mut state, &maps, &arenas, experiment, asked));
        // An estimate shows no map that grows.
        if walked > Duration::ZERO {
            state.see(&maps, diagnosis.as_ref());
        }
        let apart = walked + (self.spent_on_profiles() - profiles_before);
        let took = clock.taken().saturating_sub(apart);
        let timeline = Timeline::default();
        Judgement { at, took, diagnosis: diagnosis.unwrap_or_default(), maps, timeline }
    }

    /// Judges the sampler's readings, with the current maps and the arenas' report.
    fn judge_sampled(
        &self,
        state: &mut SamplerState,
        maps: &Maps,
        arenas: &request_arena_core::Report,
        experiment: bool,
        asked: bool,
    ) -> Diagnosis {
        let account = state
            .history
            .last()
            .map(|last| Account::of(last, maps, &state.known))
            .unwrap_or_default();
        let released = experiment.then(|| experiment::release(state, maps)).flatten();
        let mut tails = latency::read();
        tails.extend(state.windows.tails());
        let mut evidence =
            Evidence::of(state, maps, &account, arenas, tails, released, self.settle);
        // Only profiles and handlers need to know it.
        let is_needed = cfg!(feature = "heap-profile") || arenas.live_heap.is_some();
        let over = if is_needed { evidence.climbs() } else { None };
        let looked_up = self.explain(&mut evidence, over, asked);
        if let Some(over) = over {
            evidence.handlers = self.handlers().grew(over, arenas);
        }
        let findings = modes::judge(&evidence);
        let owners = evidence.owners.as_ref().or(evidence.holding.as_ref());
        let stacks = account.bytes_of("stacks");
        let holders = holders::of(owners, &evidence.threads, stacks, &maps.files);
        let container =
            ContainerMemory::of(evidence.container, evidence.container_growth(), &findings);
        let owners = evidence.owners.take().map(Owners::shortened);
        let handlers = core::mem::take(&mut evidence.handlers);
        if looked_up {
            state.disturb(self.sampler.began, self.settle.saturating_mul(GOES_BACK));
        }
        let readings = Readings::of(&state.history);
        let allocators = state.known.iter().map(Allocator::of).collect();
        let advice = advice::of(&arenas.sites);
        shown(Diagnosis {
            findings,
            account,
            allocators,
            owners,
            handlers,
            holders,
            container,
            advice,
            readings,
        })
    }
}

impl DoctorState {
    fn handlers(&self) -> MutexGuard<'_, KeptHandlers> {
        // A panic leaves readings complete or absent.
        self.handlers.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes a reading of the live heap by handler if one is due.
    pub(super) fn keep_handlers(&self) {
        if !self.handlers().is_due() {
            return;
        }
        // Before the lock: the report may warn of open scopes, and a subscriber may ask the doctor.
        let arenas = report();
        self.handlers().look(&arenas);
    }
}

/// With the feature, heap profiles explain growth.
#[cfg(feature = "heap-profile")]
impl DoctorState {
    fn profiles(&self) -> MutexGuard<'_, Kept> {
        // A panic leaves profiles complete or absent.
        self.profiles.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn keep_profiles(&self) {
        if !self.profiles().is_due() {
            return;
        }
        let arenas = report();
        self.profiles().look(&arenas);
    }

    fn spent_on_profiles(&self) -> Duration {
        self.profiles().spent()
    }

    /// Adds the owners of the growth over this time. Returns whether names were looked up.
    fn explain(&self, evidence: &mut Evidence<'_>, over: Option<Over>, asked: bool) -> bool {
        if over.is_none() && (!asked || evidence.now().live.is_none_or(|live| live < LEAST_BYTES)) {
            return false;
        }
        let mut profiles = self.profiles();
        let before = profiles.spent();
        let Some(over) = over else {
            evidence.holding = profiles.holding(evidence.report);
            return profiles.spent() != before;
        };
        evidence.owners = profiles.explain(over, asked, evidence.report);
        evidence.no_owners =
            profiles.problem().or_else(|| evidence.owners.as_ref().and_then(Owners::problem));
        profiles.spent() != before
    }
}

/// Without the feature there are no profiles.
#[cfg(not(feature = "heap-profile"))]
impl DoctorState {
    pub(super) fn keep_profiles(&self) {}

    fn spent_on_profiles(&self) -> Duration {
        Duration::ZERO
    }

    fn explain(&self, _case: &mut Evidence<'_>, _over: Option<Over>, _asked: bool) -> bool {
        false
    }
}

#[cfg(test)]
mod tests;
