//! The rounds: in each, every candidate on every global allocator is measured once, shortly, so that what the machine does to one it does to the next.

use std::collections::BTreeMap;
use std::thread;

use super::Options;
use super::cargo::Worker;
use super::child::Process;
use super::samples::{Key, Samples};
use crate::protocol::Figure;
use crate::workloads::{self, Workload};

/// The versions of the global allocators, and all figures.
pub(super) fn measure(workers: &[Worker], options: &Options) -> anyhow::Result<(BTreeMap<String, String>, Samples)> {
    let mut shared = workers.iter().map(Process::start).collect::<anyhow::Result<Vec<_>>>()?;
    let introductions = shared.iter_mut().map(Process::introduce).collect::<anyhow::Result<Vec<_>>>()?;
    let mut samples = Samples::default();
    let chosen = |name: &str| options.only.is_empty() || options.only.iter().any(|only| only == name);
    for workload in workloads::ALL.iter().copied().filter(|workload| chosen(workload.name())) {
        let candidates = introductions.iter().map(|it| it.candidates.get(workload.name()).cloned().unwrap_or_default());
        let jobs: Vec<Job> = candidates.enumerate().flat_map(|(worker, candidates)| of(worker, candidates)).collect();
        let rounds = options.rounds.unwrap_or_else(|| workload.rounds(options.effort));
        eprintln!("{}: {} candidates, {rounds} round(s)", workload.name(), jobs.len());
        for round in 0..rounds {
            for (job, figures) in one_round(workload, &in_order(&jobs, round), workers, &mut shared, options)? {
                for Figure { name, unit, value } in figures {
                    let key = Key::new(workload.name(), &job.candidate, workers[job.worker].allocator, &name);
                    samples.add(key, unit, value);
                }
            }
        }
    }
    let versions = workers.iter().zip(introductions);
    let versions = versions.filter_map(|(worker, it)| Some((worker.allocator.to_owned(), it.version?)));
    Ok((versions.collect(), samples))
}

/// One measurement that is to be made in each round.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Job {
    worker: usize,
    candidate: String,
}

fn of(worker: usize, candidates: Vec<String>) -> impl Iterator<Item = Job> {
    candidates.into_iter().map(move |candidate| Job { worker, candidate })
}

/// The order of a round: it begins at another place each time, and every second one is backwards.
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
    shared: &mut [Process],
    options: &Options,
) -> anyhow::Result<Figures> {
    let measure = |process: &mut Process, job: &Job| {
        let figures = process.measure(workload.name(), &job.candidate, options.effort)?;
        Ok((job.clone(), figures))
    };
    let fresh = |job: &Job| measure(&mut Process::start(&workers[job.worker])?, job);
    match workload.process() {
        workloads::Process::Shared => jobs.iter().map(|job| measure(&mut shared[job.worker], job)).collect(),
        workloads::Process::Fresh => jobs.iter().map(fresh).collect(),
        workloads::Process::Together => thread::scope(|scope| {
            let started: Vec<_> = jobs.iter().map(|job| scope.spawn(move || fresh(job))).collect();
            started.into_iter().map(|job| job.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))).collect()
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_round_has_every_job_once_in_another_order() {
        let jobs: Vec<Job> = (0..2).flat_map(|worker| of(worker, vec!["a".to_owned(), "b".to_owned()])).collect();
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
