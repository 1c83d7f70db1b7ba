//! Real growth beside the heap: threads that are started and never end, and shared memory.
//!
//! No allocator has these, and neither has the second allocator: the kernel counts threads and
//! shared memory for each reading.

use crate::doctor::case::{Case, evidence_of};
use crate::doctor::growth::Growth;
use crate::doctor::{Evidence, Finding, Mode, Unit};

pub(super) fn judge(case: &Case<'_>) -> Vec<Finding> {
    [threads(case), shared(case)].into_iter().flatten().collect()
}

fn threads(case: &Case<'_>) -> Option<Finding> {
    let growth = case.growth(|level| Some(level.stacks))?;
    let count = |reading: &crate::doctor::reading::Reading| reading.process.threads as f64;
    let (before, now) = (count(case.readings.first()?), count(case.readings.last()?));
    let stacks = case.account.bytes_of("stacks");
    let evidence = vec![
        Evidence::bytes("stacks", stacks, "written pages of all threads' stacks"),
        Evidence::new(
            "threads",
            now,
            Unit::Count,
            format!("{before:.0} at the first of these readings"),
        ),
    ];
    let remedy = "Look at who starts threads that never end (`/proc/self/task/*/comm` has their names): wait for them with `join`, or give the work to a pool of so many.";
    finding(case, &growth, "threads", evidence, remedy)
}

fn shared(case: &Case<'_>) -> Option<Finding> {
    let growth = case.growth(|level| Some(level.shared))?;
    let evidence =
        vec![Evidence::bytes("shared memory", case.now().shared, "RssShmem: no allocator has it")];
    let remedy = "Look at who maps files in `/dev/shm`, `memfd_create` or shared anonymous memory and never unmaps them: `/proc/self/maps` has their names.";
    finding(case, &growth, "shared memory", evidence, remedy)
}

fn finding(
    case: &Case<'_>,
    growth: &Growth,
    of: &str,
    evidence: Vec<Evidence>,
    remedy: &str,
) -> Option<Finding> {
    let bytes = growth.bytes as u64;
    let mut finding = case.finding(Mode::RealGrowth, bytes, case.confidence_of(growth));
    finding.subject = Some(of.to_owned());
    finding.evidence = evidence;
    finding.evidence.extend(evidence_of(growth));
    finding.remedy = remedy.to_owned();
    case.matters(bytes).then_some(finding)
}
