//! The rounds: each measures every candidate on every global allocator once and shortly, so that
//! disturbances of the machine reach all of them.

use std::collections::BTreeMap;
use std::thread;

use worker_harness::Worker;

use super::Options;
use super::conversation::Conversation;
use super::samples::{Key, Samples};
use crate::protocol::Figure;
use crate::workloads::{self, Workload};

/// The results of all rounds.
#[derive(Debug, Default)]
pub(super) struct Measured {
    /// The versions of the global allocators.
    pub(super) versions: BTreeMap<String, String>,
    pub(super) samples: Samples,
    /// Why a workload could not be measured, by its name.
    pub(super) missing: BTreeMap<String, String>,
}

/// Measures the chosen workloads.
pub(super) fn measure(workers: &[Worker], options: &Options) -> anyhow::Result<Measured> {
    let mut shared = workers.iter().map(Conversation::start).collect::<anyhow::Result<Vec<_>>>()?;
    let introductions =
        shared.iter_mut().map(Conversation::introduce).collect::<anyhow::Result<Vec<_>>>()?;
    let mut measured = Measured::default();
    let chosen =
        |name: &str| options.only.is_empty() || options.only.iter().any(|only| only == name);
    for workload in workloads::ALL.iter().copied().filter(|workload| chosen(workload.name())) {
        let mut jobs = Vec::new();
        for (worker, introduction) in introductions.iter().enumerate() {
            match introduction.candidates.get(workload.name()) {
                Some(Ok(candidates)) => jobs.extend(of(worker, candidates)),
                Some(Err(reason)) => {
                    eprintln!(
                        "{} is not measured on {}: {reason}",
                        workload.name(),
                        workers[worker].allocator.name()
                    );
                    measured.missing.insert(workload.name().to_owned(), reason.clone());
                }
                None => {}
            }
        }
        let rounds = options.rounds.unwrap_or_else(|| workload.rounds(options.effort));
        eprintln!("{}: {} measurements in each of {rounds} round(s)", workload.name(), jobs.len());
        for round in 0..rounds {
            for (job, figures) in
                one_round(workload, &in_order(&jobs, round), workers, &mut shared, options)?
            {
                for Figure { name, unit, value } in figures {
                    let key = Key::new(
                        workload.name(),
                        &job.candidate,
                        workers[job.worker].allocator.name(),
                        &name,
                    );
                    measured.samples.add(key, unit, value);
                }
            }
        }
    }
    for (worker, introduction) in workers.iter().zip(introductions) {
        measured.versions.extend(
            introduction.version.map(|version| (worker.allocator.name().to_owned(), version)),
        );
    }
    Ok(measured)
}

/// A measurement of each round.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Job {
    worker: usize,
    candidate: String,
}

fn of(worker: usize, candidates: &[String]) -> impl Iterator<Item = Job> {
    candidates.iter().map(move |candidate| Job { worker, candidate: candidate.clone() })
}

/// The order of a round. Each round begins elsewhere, and every second one is backwards.
fn in_order(jobs: &[Job], round: usize) -> Vec<Job> {
    let mut jobs = jobs.to_vec();
    let places = jobs.len().max(1);
    jobs.rotate_left(round % places);
    if round % 2 == 1 {
        jobs.reverse();
    }
    jobs
}

type Figures = Vec<(Job, Vec<Figure>)>;

fn one_round(
    workload: &dyn Workload,
    jobs: &[Job],
    workers: &[Worker],
    shared: &mut [Conversation],
    options: &Options,
) -> anyhow::Result<Figures> {
    let measure = |process: &mut Conversation, job: &Job| {
        let figures = process.measure(workload.name(), &job.candidate, options.effort)?;
        Ok((job.clone(), figures))
    };
    let fresh = |job: &Job| measure(&mut Conversation::start(&workers[job.worker])?, job);
    match workload.process() {
        workloads::Process::Shared => {
            jobs.iter().map(|job| measure(&mut shared[job.worker], job)).collect()
        }
        workloads::Process::Fresh => jobs.iter().map(fresh).collect(),
        workloads::Process::Together => thread::scope(|scope| {
            let started: Vec<_> = jobs.iter().map(|job| scope.spawn(move || fresh(job))).collect();
            started
                .into_iter()
                .map(|job| job.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
                .collect()
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_round_has_every_job_once_in_another_order() {
        let candidates = ["a".to_owned(), "b".to_owned()];
        let jobs: Vec<Job> = (0..2).flat_map(|worker| of(worker, &candidates)).collect();
        let orders: Vec<Vec<Job>> = (0..4).map(|round| in_order(&jobs, round)).collect();
        for (round, order) in orders.iter().enumerate() {
            assert!(jobs.iter().all(|job| order.contains(job)) && order.len() == jobs.len());
            assert!(
                orders[..round].iter().all(|earlier| earlier != order),
                "round {round} is in the order of an earlier one"
            );
        }
        assert_eq!(in_order(&[], 3), []);
    }
}
