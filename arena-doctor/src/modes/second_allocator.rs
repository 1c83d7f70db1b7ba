//! Second allocator: C code allocates from another allocator than Rust, and Rust's allocator does
//! not count that memory.
//!
//! The sign is anonymous memory outside of Rust's allocator, stacks and the program's data, while
//! C's `malloc` is not Rust's allocator. The judgement depends on the level of this memory, and not
//! on its growth. The memory is uncounted either way, and libraries retain their peak: 355 MiB
//! after an LMDB environment was closed.

use crate::evidence::Evidence;
use crate::levels;
use crate::{Confidence, Figure, Finding, Mode};

/// The other allocator must count this share of the memory to be named.
const MOST: f64 = 0.5;

pub(super) fn judge(evidence: &Evidence<'_>) -> Option<Finding> {
    let rust = evidence.rust().filter(|rust| !rust.serves.c)?;
    // Memory that a transaction needs for a moment does not count.
    let lasting = levels::floor(&evidence.levels, evidence.settle, |level| level.beside)?;
    let counted = evidence.account.bytes_of("second allocator");
    let bytes = counted + evidence.account.unexplained_bytes.max(0) as u64;
    if !evidence.matters(lasting) || !evidence.matters(bytes) {
        return None;
    }
    // Uncounted memory is maps that the program or a library made itself, which is another mode.
    let other = evidence
        .known
        .iter()
        .find(|known| known.serves.c)
        .filter(|_| counted as f64 >= MOST * bytes as f64)?;
    let mut finding = evidence.finding(Mode::SecondAllocator, bytes, Confidence::High);
    let name = rust.name;
    finding.subject = Some(other.name.to_owned());
    finding.evidence = vec![
        Figure::bytes(
            "anonymous memory beside Rust's allocator",
            bytes,
            format!(
                "{name} does not count it; for {:.0} s at \
                least",
                evidence.settle.as_secs_f64()
            ),
        ),
        Figure::bytes(
            "counted by the other allocator",
            counted,
            "live, or freed and not given back",
        ),
        Figure::bytes("anonymous memory", evidence.now().anonymous, "RssAnon"),
    ];
    finding.remedy = match name {
        "jemalloc" => {
            "Let C code allocate from jemalloc too, with the feature \
            `jemalloc-unprefixed` (`unprefixed_malloc_on_supported_platforms`). jemalloc then \
            counts this memory, and gives it back when it is freed."
        }
        "mimalloc" => {
            "Let C code allocate from mimalloc too (its feature `override`), or use \
            jemalloc with `jemalloc-unprefixed`."
        }
        _ => {
            "Let C code and Rust allocate from one allocator, which counts both: \
            `jemalloc-unprefixed`."
        }
    }
    .to_owned();
    Some(finding)
}
