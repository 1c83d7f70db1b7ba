//! Second allocator: C code allocates from another allocator than Rust, and Rust's allocator does
//! not count that memory.
//!
//! The sign is anonymous memory outside of Rust's allocator, stacks and the program's data, while
//! C's `malloc` is not Rust's allocator. The judgement depends on the level of this memory. The
//! memory is uncounted either way, and libraries retain their peak: 355 MiB after an LMDB
//! environment was closed.
//!
//! C's allocator says how much of it is live. If live memory grows steadily, it is
//! [real growth](Mode::RealGrowth) of C code. The remedy depends on it, too. Freed memory can be
//! given back, and live memory is held by a library.

use crate::evidence::Evidence;
use crate::finding::size;
use crate::growth::Growth;
use crate::levels;
use crate::libraries::Libraries;
use crate::{Confidence, Figure, FigureUnit, Finding, Mode};

/// The other allocator must count this share of the memory to be named.
const MOST: f64 = 0.5;

/// The subject of growth in C code.
const C_CODE: &str = "C code";

pub(super) fn judge(evidence: &Evidence<'_>) -> Option<Finding> {
    let rust = evidence.rust().filter(|rust| !rust.serves.c)?;
    if let Some(growth) = growth(evidence) {
        return Some(growing(evidence, &growth));
    }
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
    finding.evidence = vec![Figure::bytes(
        "anonymous memory beside Rust's allocator",
        bytes,
        format!("{name} does not count it; for {:.0} s at least", evidence.settle.as_secs_f64()),
    )];
    let memory = Memory::of(evidence, counted);
    finding.evidence.extend(memory.figures());
    finding.evidence.push(Figure::bytes("anonymous memory", evidence.now().anonymous, "RssAnon"));
    finding.remedy = memory.remedy(name);
    Some(finding)
}

/// The growth of live memory in C's allocator.
fn growth(evidence: &Evidence<'_>) -> Option<Growth> {
    evidence.growth(|level| level.c_live).filter(|growth| evidence.matters(growth.bytes as u64))
}

fn growing(evidence: &Evidence<'_>, growth: &Growth) -> Finding {
    let bytes = growth.bytes as u64;
    let mut finding = evidence.finding(Mode::RealGrowth, bytes, evidence.confidence_of(growth));
    let memory = Memory::of(evidence, evidence.account.bytes_of("second allocator"));
    finding.subject = Some(C_CODE.to_owned());
    finding.evidence = memory.figures();
    finding.add_growth(growth);
    let libraries = if memory.libraries.is_empty() {
        String::new()
    } else {
        format!(" ({})", memory.libraries)
    };
    finding.remedy = format!(
        "Look for objects of C libraries{libraries} that the program opens and never closes: \
         connections, handles, statements, sessions. C code allocated {} more than it freed, so no \
         setting of an allocator helps. `heaptrack` names the calls of `malloc`.",
        size(bytes)
    );
    finding
}

/// The memory of C's allocator.
struct Memory {
    counted: u64,
    /// The part of `counted` that is live. `None` if it does not count that.
    live: Option<u64>,
    libraries: Libraries,
}

impl Memory {
    fn of(evidence: &Evidence<'_>, counted: u64) -> Self {
        let live = evidence.levels.iter().rev().find_map(|level| level.c_live);
        let live = live.map(|live| live.min(counted));
        Self { counted, live, libraries: Libraries::read() }
    }

    fn figures(&self) -> Vec<Figure> {
        let mut figures = vec![Figure::bytes(
            "counted by the other allocator",
            self.counted,
            "live, or freed and not given back",
        )];
        if let Some(live) = self.live {
            figures.push(Figure::bytes("live in C code", live, "allocated and not freed"));
            let freed = self.counted - live;
            figures.push(Figure::bytes("freed by C code", freed, "and not given back"));
        }
        if let Some(bytes) = request_arena_sys::libraries::sqlite_bytes().filter(|&b| b > 0) {
            figures.push(Figure::bytes("SQLite", bytes, "allocated by its own count"));
        }
        if !self.libraries.is_empty() {
            figures.push(Figure::new(
                "C libraries in the program",
                self.libraries.count() as f64,
                FigureUnit::Count,
                self.libraries.to_string(),
            ));
        }
        figures
    }

    /// What helps, where Rust allocates from the allocator of this name.
    fn remedy(&self, rust: &str) -> String {
        let one_allocator = match rust {
            "jemalloc" => {
                "let C code allocate from jemalloc too, with the feature `jemalloc-unprefixed` \
                 (`unprefixed_malloc_on_supported_platforms`)"
            }
            "mimalloc" => {
                "let C code allocate from mimalloc too (its feature `override`), or use jemalloc \
                 with `jemalloc-unprefixed`"
            }
            _ => "let C code and Rust allocate from one allocator: `jemalloc-unprefixed`",
        };
        match self.live {
            Some(live) if live as f64 > MOST * self.counted as f64 => format!(
                "C code holds this memory, and it does not grow. Bound it in the library: its \
                 caches (SQLite's `cache_size`, RocksDB's block cache), and the size of \
                 transactions. To count it with Rust's memory, {one_allocator}."
            ),
            Some(live) => format!(
                "C code freed {} of it, which the allocator keeps. To get freed memory back, call \
                 `malloc_trim(0)` after large work, or {one_allocator}.",
                size(self.counted - live)
            ),
            None => format!("To count this memory with Rust's, {one_allocator}."),
        }
    }
}
