//! Real growth outside of the heap: threads that never end, and shared memory.
//!
//! Neither belongs to an allocator. The kernel counts threads and shared memory in each reading.

use crate::evidence::Evidence;
use crate::growth::Growth;
use crate::{Figure, FigureUnit, Finding, Mode};

pub(super) fn judge(evidence: &Evidence<'_>) -> Vec<Finding> {
    [threads(evidence), shared(evidence)].into_iter().flatten().collect()
}

fn threads(evidence: &Evidence<'_>) -> Option<Finding> {
    let growth = evidence.growth(|level| Some(level.stacks))?;
    let count = |reading: &crate::reading::Reading| reading.process.threads as f64;
    let (before, now) = (count(evidence.readings.first()?), count(evidence.readings.last()?));
    let stacks = evidence.account.bytes_of("stacks");
    let figures = vec![
        Figure::bytes("stacks", stacks, "written pages of all threads' stacks"),
        Figure::new("threads", now, FigureUnit::Count, format!("{before:.0} at the first reading")),
    ];
    let remedy = "Find the code that starts threads that never end; `/proc/self/task/*/comm` has \
        their names. Wait for them with `join`, or give the work to a pool of a fixed size.";
    finding(evidence, &growth, "threads", figures, remedy)
}

fn shared(evidence: &Evidence<'_>) -> Option<Finding> {
    let growth = evidence.growth(|level| Some(level.shared))?;
    let figures = vec![Figure::bytes(
        "shared memory",
        evidence.now().shared,
        "RssShmem: it belongs to no allocator",
    )];
    let remedy = "Find the code that maps files in `/dev/shm`, `memfd_create` or shared anonymous \
        memory and never unmaps them; `/proc/self/maps` has their names.";
    finding(evidence, &growth, "shared memory", figures, remedy)
}

fn finding(
    evidence: &Evidence<'_>,
    growth: &Growth,
    of: &str,
    figures: Vec<Figure>,
    remedy: &str,
) -> Option<Finding> {
    let bytes = growth.bytes as u64;
    let mut finding = evidence.finding(Mode::RealGrowth, bytes, evidence.confidence_of(growth));
    finding.subject = Some(of.to_owned());
    finding.evidence = figures;
    finding.add_growth(growth);
    finding.remedy = remedy.to_owned();
    evidence.growth_matters(growth).then_some(finding)
}
