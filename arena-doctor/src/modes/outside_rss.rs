//! Outside RSS: the container's memory grows, and the RSS of its processes does not. Files on tmpfs
//! (`/dev/shm`, an `emptyDir` of medium `Memory`) are in RSS only while they are mapped. Buffers of
//! sockets, page tables and other memory of the kernel never are.
//!
//! The container is killed for this memory like for any other. The sign is growth in the account of
//! the control group.
//!
//! The group may have other processes. If they are not small, growth of tmpfs counts only if this
//! process has written as much without writing to a disk. Buffers and kernel memory do not count
//! then, since the group does not say who made them.

use crate::evidence::{Evidence, LEAST_BYTES, LEAST_SHARE};
use crate::finding::size;
use crate::growth::Growth;
use crate::probe::Outside;
use crate::{Confidence, Figure, Finding, Mode};

/// The process must have written at least this share of the growth.
const WRITTEN: f64 = 0.8;

/// A part of this memory.
struct Part {
    name: &'static str,
    of: fn(&Outside) -> u64,
    about: &'static str,
    remedy: &'static str,
}

const SHARED: Part = Part {
    name: "files on tmpfs",
    of: |outside| outside.shared,
    about: "`shmem` of the control group, without what this process has mapped",
    remedy: "Delete what the service writes to `/dev/shm` or another tmpfs, or write it to a disk: \
             `df -t tmpfs` shows which file system grows. An `emptyDir` with `medium: Memory` is \
             tmpfs; give it a `sizeLimit`.",
};

const SOCKETS: Part = Part {
    name: "buffers of sockets",
    of: |outside| outside.sockets,
    about: "`sock` of the control group",
    remedy: "Look for connections with full queues: `ss -tm` shows them. Read and close what \
             clients send, bound the number of connections, and set `SO_RCVBUF` and `SO_SNDBUF`.",
};

const KERNEL: Part = Part {
    name: "kernel memory",
    of: |outside| outside.kernel,
    about: "page tables, stacks of threads, tables of files; without caches",
    remedy: "Look at `pagetables`, `kernel_stack` and `slab` of `memory.stat`. Touched \
             address space takes page tables until it is unmapped. Threads and open files take \
             the rest.",
};

pub(super) fn judge(evidence: &Evidence<'_>) -> Vec<Finding> {
    [SHARED, SOCKETS, KERNEL].iter().filter_map(|part| finding(evidence, part)).collect()
}

fn finding(evidence: &Evidence<'_>, part: &Part) -> Option<Finding> {
    let growth = evidence.growth(|level| level.outside.as_ref().map(part.of))?;
    let grown = growth.bytes as u64;
    let least = (LEAST_SHARE * evidence.now().anonymous as f64) as u64;
    if grown < LEAST_BYTES.max(least) {
        return None;
    }
    let seen: Vec<&Outside> =
        evidence.levels.iter().filter_map(|level| level.outside.as_ref()).collect();
    let (first, last) = (seen.first()?, seen.last()?);
    let is_alone = seen.iter().all(|outside| outside.is_alone);
    let written = last.written.zip(first.written).map(|(last, first)| last.saturating_sub(first));
    let lately = (part.of)(last).saturating_sub((part.of)(first));
    let least = WRITTEN * grown.max(lately) as f64;
    let has_written = written.is_some_and(|written| written as f64 >= least);
    let is_its_own = is_alone || part.name == SHARED.name && has_written;
    if !is_its_own {
        return None;
    }
    let mut finding =
        evidence.finding(Mode::OutsideRss, grown, confidence(evidence, &growth, is_alone));
    // It is no part of RSS.
    finding.share = 0.0;
    finding.subject = Some(part.name.to_owned());
    finding.evidence = vec![
        Figure::bytes(part.name, (part.of)(last), part.about),
        Figure::bytes(
            "growth",
            grown,
            format!("while RSS is {}", size(evidence.account.rss_bytes)),
        ),
    ];
    if let Some(written) = written.filter(|_| part.name == SHARED.name) {
        finding.evidence.push(Figure::bytes(
            "written by this process",
            written,
            "and not to a disk: to tmpfs, pipes and sockets",
        ));
    }
    finding.add_growth(&growth);
    finding.remedy = part.remedy.to_owned();
    Some(finding)
}

/// Other processes may have a part in it.
fn confidence(evidence: &Evidence<'_>, growth: &Growth, is_alone: bool) -> Confidence {
    let confidence = evidence.confidence_of(growth);
    if is_alone { confidence } else { confidence.min(Confidence::Medium) }
}
