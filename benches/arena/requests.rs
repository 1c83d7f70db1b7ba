//! Whole requests: a scope with 10, 100, 1000 and 10,000 values of 48 bytes, which live until its
//! end.
//!
//! No arena has a configured size: the sites learn theirs, and a `Bump` keeps its largest chunk.
//! The heap's row keeps its boxes in a `Vec` with enough capacity, as it has to free them later.

use std::hint::black_box;

use criterion::{Criterion, Throughput};
use request_arena::{Arena, Bump, Site, request_arena, scope};

use crate::by_hand::pooled;
use crate::support::each;

/// 48 bytes.
type Value = [u64; 6];

const fn site(line: u32) -> Site {
    Site::new("request", module_path!(), file!(), line)
}

/// Each size has a site of its own, as each learns its own room.
static SITES: [Site; 4] = [site(10), site(100), site(1000), site(10_000)];

macro_rules! annotated {
    ($($name:ident),*) => {$(
        #[request_arena]
        fn $name(arena: Arena<'_>, values: u64) {
            fill_arena(&arena, values);
        }
    )*};
}

annotated!(ten, hundred, thousand, ten_thousand);

#[inline(always)]
fn fill_arena(arena: &Arena<'_>, values: u64) {
    each(values, |value| {
        black_box::<&mut Value>(arena.alloc([value; 6]));
    });
}

#[inline(always)]
fn fill_bump(bump: &Bump, values: u64) {
    each(values, |value| {
        black_box::<&mut Value>(bump.alloc([value; 6]));
    });
}

pub(crate) fn all(criterion: &mut Criterion) {
    let [of_ten, of_hundred, of_thousand, of_ten_thousand] = &SITES;
    request(criterion, 10, of_ten, ten);
    request(criterion, 100, of_hundred, hundred);
    request(criterion, 1000, of_thousand, thousand);
    request(criterion, 10_000, of_ten_thousand, ten_thousand);
}

fn request(criterion: &mut Criterion, values: u64, site: &'static Site, annotated: impl Fn(u64)) {
    let mut group = criterion.benchmark_group(format!("request with {values} x 48 bytes"));
    group.throughput(Throughput::Elements(values));
    let mut bump = Bump::new();
    group.bench_function("one Bump, reset", |bench| {
        bench.iter(|| {
            fill_bump(&bump, values);
            bump.reset();
        });
    });
    group.bench_function("thread-local pool by hand", |bench| {
        bench.iter(|| pooled(|bump| fill_bump(bump, values)));
    });
    group.bench_function("scope", |bench| {
        bench.iter(|| scope(site, |arena| fill_arena(&arena, values)));
    });
    group.bench_function("#[request_arena]", |bench| bench.iter(|| annotated(values)));
    let mut boxes = Vec::with_capacity(values as usize);
    group.bench_function("heap: Box", |bench| {
        bench.iter(|| {
            each(values, |value| boxes.push(black_box::<Box<Value>>(Box::new([value; 6]))));
            boxes.clear();
        });
    });
    group.finish();
}
