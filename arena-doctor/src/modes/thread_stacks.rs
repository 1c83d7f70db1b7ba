//! Thread stacks: many threads have stacks that were written once. The pages of a stack stay in
//! physical memory until the thread ends, however little of it the thread uses now.
//!
//! The sign is a share of memory in stacks, and more threads than work for processors needs.
//! Blocking pools are the usual source: `spawn_blocking` starts up to 512 threads. A number
//! of threads that grows is [real growth](super::other_growth).

use crate::evidence::Evidence;
use crate::finding::size;
use crate::levels;
use crate::{Confidence, Figure, FigureUnit, Finding, Mode};

/// A blocking pool ends an idle thread after ten seconds, which is also the usual `settle`. Threads
/// that last for this many times as long are in use, or wait for ever.
const PATIENCE: u32 = 2;

/// Fewer threads have a large stack each. That is deep recursion, and not a number of threads.
const LEAST_THREADS: u64 = 64;

pub(super) fn judge(evidence: &Evidence<'_>) -> Option<Finding> {
    let window = evidence.settle * PATIENCE;
    let lasting = levels::floor(&evidence.levels, window, |level| Some(level.stacks))?;
    let bytes = evidence.account.bytes_of("stacks").min(lasting);
    let threads = &evidence.threads;
    let group = threads.groups.first()?;
    if !evidence.matters(bytes) || group.threads < LEAST_THREADS || !threads.are_many(group.threads)
    {
        return None;
    }
    let count = threads.count();
    let mut finding = evidence.finding(Mode::ThreadStacks, bytes, Confidence::High);
    finding.evidence = vec![
        Figure::bytes(
            "stacks",
            bytes,
            format!("written pages, at all times in the last {:.0} s", window.as_secs_f64()),
        ),
        Figure::new(
            "threads",
            count as f64,
            FigureUnit::Count,
            format!("for {} processors", threads.processors),
        ),
        Figure::new(
            "threads of this name",
            group.threads as f64,
            FigureUnit::Count,
            format!("`{}`, about {} each", group.name, size(bytes / count.max(1))),
        ),
    ];
    finding.remedy = format!(
        "Limit the threads of `{}`: `max_blocking_threads` of tokio's runtime builder, a \
         `Semaphore` before `spawn_blocking`, or a pool of a fixed size. Keep large arrays off \
         the stack, since a page that was written once stays until its thread ends.",
        group.name
    );
    finding.subject = Some(group.name.clone());
    Some(finding)
}
