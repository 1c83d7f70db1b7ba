//! Second allocator: C code allocates from another allocator than Rust's, whose figures do not see
//! it.
//!
//! The sign is anonymous memory beside all that Rust's allocator can have, beside stacks and beside
//! the program's data, and that C's `malloc` is not Rust's allocator. It is judged by its level and
//! not by its growth: it is unseen either way, and libraries keep what they once had (355 MiB after
//! an LMDB environment was closed).

use crate::doctor::case::Case;
use crate::doctor::levels;
use crate::doctor::{Confidence, Evidence, Finding, Mode};

/// It is the other allocator that C uses if that says so of this part.
const MOST: f64 = 0.5;

pub(super) fn judge(case: &Case<'_>) -> Option<Finding> {
    let rust = case.rust().filter(|rust| !rust.serves.c)?;
    // What a transaction takes for a moment is not kept.
    let lasting = levels::floor(&case.levels, case.settle, |level| level.beside)?;
    let told = case.account.bytes_of("second allocator");
    let bytes = told + case.account.unexplained_bytes.max(0) as u64;
    if !case.matters(lasting) || !case.matters(bytes) {
        return None;
    }
    // What it does not tell may be maps that the program or a library made by itself.
    let other = case
        .known
        .iter()
        .find(|known| known.serves.c)
        .filter(|_| told as f64 >= MOST * bytes as f64);
    let confidence = if other.is_some() { Confidence::High } else { Confidence::Medium };
    let mut finding = case.finding(Mode::SecondAllocator, bytes, confidence);
    let name = rust.name;
    finding.subject = other.map(|other| other.name.to_owned());
    finding.evidence = vec![
        Evidence::bytes(
            "anonymous memory beside Rust's allocator",
            bytes,
            format!("{name} does not see it; for {:.0} s at least", case.settle.as_secs_f64()),
        ),
        Evidence::bytes(
            "what the other allocator says of it",
            told,
            "live, and freed and not given back",
        ),
        Evidence::bytes("anonymous memory", case.now().anonymous, "RssAnon"),
    ];
    finding.remedy = match name {
        _ if other.is_none() => "Look for maps that the program or a library makes by itself (`mmap`, `MmapMut::map_anon`), and for the heap of a third allocator: no allocator that the doctor knows has them; `/proc/self/smaps` lists them by size.",
        "jemalloc" => "Let C code allocate from jemalloc too: feature `jemalloc-unprefixed` (`unprefixed_malloc_on_supported_platforms`); then its figures see it, and freed memory goes back.",
        "mimalloc" => "Let C code allocate from mimalloc too (its feature `override`), or use jemalloc with `jemalloc-unprefixed`.",
        _ => "Let C code and Rust allocate from one allocator, so that its figures see both: `jemalloc-unprefixed`.",
    }
    .to_owned();
    Some(finding)
}
