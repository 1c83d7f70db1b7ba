//! Rows that allocate in an open arena. The time excludes opening, resetting and closing it.
//!
//! A child scope for each iteration would not do, as it has an arena of its own and costs more than
//! `Bump::reset`. The timed work is a function that is not inlined. Inlined code around a loop
//! changes how LLVM compiles the loop: the same allocation took a third longer in one of two rows.

use std::hint::black_box;
use std::time::{Duration, Instant};

use criterion::measurement::WallTime;
use criterion::{BenchmarkGroup, Criterion, Throughput};
use request_arena::{Arena, Bump, Site, scope};

/// Bytes of the one chunk. No iteration needs a second one.
const ROOM: usize = 256 << 10;

static SITE: Site = Site::new("open", module_path!(), file!(), line!()).with_initial(ROOM);

pub(crate) type Group<'c> = BenchmarkGroup<'c, WallTime>;

/// A group. Each of its iterations handles `values` values.
pub(crate) fn group<'c>(criterion: &'c mut Criterion, name: &str, values: u64) -> Group<'c> {
    let mut group = criterion.benchmark_group(name);
    group.throughput(Throughput::Elements(values));
    group
}

/// Calls `work` with `0..values`. The compiler does not know the values.
#[inline(always)]
pub(crate) fn each(values: u64, mut work: impl FnMut(u64)) {
    (0..values).for_each(|value| work(black_box(value)));
}

/// A row with a `Bump`.
pub(crate) fn bump(group: &mut Group<'_>, name: &str, mut work: impl FnMut(&Bump)) {
    let mut bump = Bump::with_capacity(ROOM);
    let mut iteration = || {
        let time = timed(|| apart(&mut work, &bump));
        bump.reset();
        time
    };
    group.bench_function(name, |bench| {
        bench.iter_custom(|iterations| (0..iterations).map(|_| iteration()).sum());
    });
    assert_eq!(bump.iter_allocated_chunks().count(), 1, "an iteration has room in the first chunk");
}

/// A row with a request's arena.
pub(crate) fn arena(group: &mut Group<'_>, name: &str, mut work: impl FnMut(Arena<'_>)) {
    let before = chunks();
    let mut iteration = || scope(&SITE, |arena| timed(|| apart(&mut work, arena)));
    group.bench_function(name, |bench| {
        bench.iter_custom(|iterations| (0..iterations).map(|_| iteration()).sum());
    });
    assert!(
        chunks() - before <= 1,
        "an iteration has room in the first chunk, and the next one gets it"
    );
}

/// The number of chunks that the site has allocated.
fn chunks() -> u64 {
    request_arena::report().site(SITE.name()).map_or(0, |site| site.chunks)
}

/// Calls `work` without inlining. An iteration does this once.
#[inline(never)]
fn apart<A>(work: &mut impl FnMut(A), arena: A) {
    work(arena);
}

#[inline(always)]
fn timed(work: impl FnOnce()) -> Duration {
    let begun = Instant::now();
    work();
    begun.elapsed()
}
