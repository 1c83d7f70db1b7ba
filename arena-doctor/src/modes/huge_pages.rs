//! Huge pages: the kernel backs the heap with pages of 2 MiB, and free memory within them stays
//! resident.
//!
//! "an application may end up allocating more memory resources": a touch of one byte brings a page
//! of 2 MiB ([transhuge]). Many arenas with little in each cost as
//! many huge pages. And `khugepaged`
//! makes a huge page again where an allocator gave small pages back. By default up to 511 of its
//! 512 pages may be absent (`max_ptes_none`). Then memory that was given back returns within
//! seconds ([gperftools#1073], [facebook/jemalloc#46], [jemalloc#1127]).
//!
//! jemalloc counts all pages that it uses or keeps. Physical memory in its maps beyond that, on
//! huge pages, is the finding's figure. It is *likely*, and *certain* if it is more than half of
//! the heap. Other allocators do not count their pages, or count those that they gave back. There
//! the sign is lasting free memory that has no room on small pages. The same memory may be
//! fragmented or retained for other reasons, so the finding is only *possible*.
//!
//! A heap on huge pages that is full is healthy, and faster for it.
//!
//! [transhuge]: https://docs.kernel.org/admin-guide/mm/transhuge.html
//! [gperftools#1073]: https://github.com/gperftools/gperftools/issues/1073
//! [facebook/jemalloc#46]: https://github.com/facebook/jemalloc/issues/46
//! [jemalloc#1127]: https://github.com/jemalloc/jemalloc/issues/1127

use crate::evidence::Evidence;
use crate::levels;
use crate::thp::Thp;
use crate::{Confidence, Figure, Finding, Mode};

/// `khugepaged` and decay need some time, as does a batch that uses the memory.
const PATIENCE: u32 = 2;

/// Free memory is more than this share of live memory. Less is the rounding to size classes and
/// pages that are partly full, as for [fragmentation](super::fragmentation).
const LEAST_FREE: f64 = 0.46;

/// More than this share of the heap excludes the allocator's own structures as the reason.
const MOST: f64 = 0.5;

pub(super) fn judge(evidence: &Evidence<'_>) -> Option<Finding> {
    let rust = evidence.rust()?;
    let window = evidence.settle * PATIENCE;
    let excess = if rust.name == "jemalloc" {
        levels::floor(&evidence.levels, window, |level| level.huge)?
    } else {
        sparse(evidence)?
    };
    // Maps of now: at earlier readings they are an estimate.
    let bytes = excess.min(evidence.maps.huge);
    if !evidence.matters(bytes) {
        return None;
    }
    let heap = evidence.maps.heaps.max(bytes);
    let confidence = match rust.name {
        "jemalloc" if bytes as f64 > MOST * heap as f64 => Confidence::High,
        "jemalloc" => Confidence::Medium,
        _ => Confidence::Low,
    };
    let mut finding = evidence.finding(Mode::HugePages, bytes, confidence);
    finding.subject = (rust.name != "unknown").then(|| rust.name.to_owned());
    let seconds = window.as_secs_f64();
    let meaning = if confidence == Confidence::Low {
        format!("free for {seconds:.0} s, and more than fits on small pages")
    } else {
        format!("resident for {seconds:.0} s, and neither used nor kept by the allocator")
    };
    let live = evidence.now().live;
    finding.evidence = vec![
        Figure::bytes("unused memory on huge pages", bytes, meaning),
        Figure::bytes("anonymous memory on huge pages", evidence.maps.huge, "AnonHugePages"),
        Figure::bytes("anonymous memory", evidence.now().anonymous, "RssAnon"),
    ];
    finding.evidence.extend(live.map(|live| {
        let meaning = "allocated by the program";
        Figure::bytes("live", live, meaning)
    }));
    finding.remedy = remedy(rust.name, evidence.thp);
    Some(finding)
}

/// Lasting free memory that cannot lie on small pages, since there are fewer.
fn sparse(evidence: &Evidence<'_>) -> Option<u64> {
    let window = evidence.settle * PATIENCE;
    let free = levels::floor(&evidence.levels, window, |level| level.free)?;
    let free = free.saturating_sub(evidence.released.map_or(0, |released| released.bytes));
    let small = evidence.maps.anonymous.saturating_sub(evidence.maps.huge);
    let had_its_chance = levels::had_its_chance(&evidence.levels, evidence.settle, free);
    let is_most = free as f64 > LEAST_FREE * evidence.now().live? as f64;
    (had_its_chance && is_most).then(|| free.saturating_sub(small))
}

fn remedy(allocator: &str, thp: Thp) -> String {
    let own = match allocator {
        "jemalloc" => {
            "Set jemalloc's `thp:never` and leave `metadata_thp` at `disabled` (`MALLOC_CONF`, or \
             `_RJEM_MALLOC_CONF` for `tikv-jemallocator`). Fewer arenas (`narenas`) leave fewer \
             pages half empty."
        }
        "glibc" => {
            "Set `GLIBC_TUNABLES=glibc.malloc.hugetlb=0`, which is the default, and \
             `MALLOC_ARENA_MAX` to a few."
        }
        "mimalloc" => "Set `MIMALLOC_ALLOW_THP=0`.",
        _ => "Turn huge pages off in the allocator's settings.",
    };
    let kernel = match thp {
        // The allocator has asked for them.
        Thp::Madvise => {
            " The kernel gives huge pages only where a program asks for them \
             (`/sys/kernel/mm/transparent_hugepage/enabled` is `madvise`), so a setting of the \
             allocator, or code of yours, does that."
        }
        Thp::Always | Thp::Other => {
            " For the whole process, `prctl(PR_SET_THP_DISABLE)` does it. For the machine, write \
             `madvise` into `/sys/kernel/mm/transparent_hugepage/enabled`, or `0` into \
             `khugepaged/max_ptes_none` there, so that pages that were given back stay so."
        }
    };
    format!("{own}{kernel}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_remedy_follows_the_allocator_and_the_kernel() {
        assert!(remedy("jemalloc", Thp::Always).contains("thp:never"));
        assert!(remedy("glibc", Thp::Always).contains("glibc.malloc.hugetlb=0"));
        assert!(remedy("mimalloc", Thp::Always).contains("MIMALLOC_ALLOW_THP=0"));
        assert!(remedy("unknown", Thp::Other).contains("PR_SET_THP_DISABLE"));
        assert!(remedy("unknown", Thp::Always).contains("max_ptes_none"));
        assert!(!remedy("jemalloc", Thp::Madvise).contains("max_ptes_none"));
    }
}
