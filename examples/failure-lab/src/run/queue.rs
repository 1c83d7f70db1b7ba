//! The queue: runs some services at a time, and then the ones that measure times, one by one.

use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use indicatif::{MultiProgress, ProgressBar, ProgressStyle};

use super::child::{Job, Ran, run};
use super::verdict::Verdict;

/// How many services run at a time. Each takes a tenth of a processor and at most 400 MiB, so they
/// do not disturb each other on two processors.
const AT_ONCE: usize = 6;

/// Above this share of its life (0 to 1) in which a thread waited for a processor, a service that
/// measures times has measured other programs. On an idle machine the share is 0.02 to 0.04.
const MOST_WAITED: f64 = 0.1;

/// The most runs of a disturbed service. The last one counts.
const TRIES: usize = 3;

/// Runs all jobs, with a progress bar.
pub(crate) fn run_all(jobs: Vec<Job>) -> Vec<Ran> {
    let shown = MultiProgress::new();
    let all = shown.add(
        ProgressBar::new(jobs.len() as u64)
            .with_style(style("{pos:>4}/{len} {wide_bar} {elapsed_precise}")),
    );
    all.enable_steady_tick(Duration::from_millis(200));
    let (alone, together): (Vec<_>, Vec<_>) = jobs.into_iter().partition(|job| job.row.alone);
    let mut ran = at_once(together, AT_ONCE, &shown, &all);
    ran.append(&mut at_once(alone, 1, &shown, &all));
    all.finish_and_clear();
    ran
}

fn at_once(jobs: Vec<Job>, threads: usize, shown: &MultiProgress, all: &ProgressBar) -> Vec<Ran> {
    let queue = Mutex::new(jobs.into_iter());
    let done = Mutex::new(Vec::new());
    thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                let line =
                    shown.add(ProgressBar::new_spinner().with_style(style("          {msg}")));
                loop {
                    let next = queue.lock().unwrap_or_else(PoisonError::into_inner).next();
                    let Some(job) = next else { break };
                    let name = format!(
                        "{} on {}, seed {}",
                        job.row.name,
                        job.worker.allocator.name(),
                        job.seed
                    );
                    line.set_message(name.clone());
                    let ran = undisturbed(
                        &job,
                        |note| shown.suspend(|| eprintln!("{name}: {note}")),
                        |phase| {
                            line.set_message(format!("{name}: {phase}"));
                        },
                    );
                    for wrong in Verdict::of(&ran).wrong {
                        shown.suspend(|| eprintln!("{name}: {wrong}"));
                    }
                    done.lock().unwrap_or_else(PoisonError::into_inner).push(ran);
                    all.inc(1);
                }
                line.finish_and_clear();
            });
        }
    });
    done.into_inner().unwrap_or_else(PoisonError::into_inner)
}

/// Runs a service. Runs it again if it measures times and was disturbed.
fn undisturbed(job: &Job, say: impl Fn(String), on_phase: impl Fn(&str)) -> Ran {
    let mut ran = run(job, |phase| on_phase(&phase.name));
    for _ in 1..TRIES {
        let waited = ran.examined.as_ref().map_or(0.0, |examined| examined.waited_share);
        if !job.row.alone || waited <= MOST_WAITED {
            break;
        }
        say(format!(
            "other programs disturbed it: a thread waited for a processor {:.0} % of the time; \
             running it again",
            waited * 100.0
        ));
        ran = run(job, |phase| on_phase(&phase.name));
    }
    ran
}

fn style(template: &str) -> ProgressStyle {
    ProgressStyle::with_template(template).expect("the template is right")
}
