//! The arena against `bumpalo` itself, side by side: one allocation, an empty scope, a small request.
//!
//! `cargo bench --bench arena`; compare the two rows of a group, not rows of different runs.

#![allow(missing_docs, reason = "criterion's macro makes a public function")]

use core::pin::pin;
use core::task::{Context, Poll, Waker};
use std::cell::RefCell;
use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use request_arena::{Arena, Bump, Site, request_arena, scope, scope_async};

static SITE: Site = Site::new("bench", module_path!(), file!(), line!()).with_initial(64 << 10);

thread_local! {
    static POOL: RefCell<Vec<Bump>> = const { RefCell::new(Vec::new()) };
}

/// What a team writes by hand: a thread-local stack of arenas.
fn pooled<R>(body: impl FnOnce(&Bump) -> R) -> R {
    let mut bump = POOL.with_borrow_mut(Vec::pop).unwrap_or_else(|| Bump::with_capacity(64 << 10));
    let result = body(&bump);
    bump.reset();
    POOL.with_borrow_mut(|pool| pool.push(bump));
    result
}

/// 1000 values of 8 bytes, in an arena that is there already.
fn alloc(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("alloc 1000 x u64");
    group.bench_function("Bump::alloc", |bench| {
        let mut bump = Bump::with_capacity(64 << 10);
        bench.iter(|| {
            bump.reset();
            (0..1000_u64).for_each(|value| {
                black_box(bump.alloc(value));
            });
        });
    });
    group.bench_function("Arena::alloc", |bench| {
        scope(&SITE, |arena| {
            bench.iter(|| {
                arena.scope(|arena| {
                    (0..1000_u64).for_each(|value| {
                        black_box(arena.alloc(value));
                    });
                });
            });
        });
    });
    group.finish();
}

/// Taking an arena and giving it back, with all that is counted.
fn empty_scope(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("empty scope");
    group.bench_function("thread-local pool by hand", |bench| {
        bench.iter(|| pooled(|bump| black_box(bump).chunk_capacity()));
    });
    group.bench_function("scope", |bench| {
        bench.iter(|| scope(&SITE, |arena| black_box(&arena).site().line()));
    });
    group.finish();
}

/// The same of a future that is ready at once.
fn empty_async_scope(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("empty async scope");
    group.bench_function("thread-local pool by hand", |bench| {
        bench.iter(|| ready(async { pooled(|bump| black_box(bump).chunk_capacity()) }));
    });
    group.bench_function("scope_async", |bench| {
        bench.iter(|| ready(scope_async(&SITE, async |arena| black_box(&arena).site().line())));
    });
    group.bench_function("#[request_arena]", |bench| bench.iter(|| ready(annotated())));
    group.finish();
}

#[request_arena(initial = "64 KiB")]
async fn annotated(arena: Arena<'_>) -> u32 {
    black_box(&arena).site().line()
}

fn ready<F: Future>(future: F) -> F::Output {
    let mut context = Context::from_waker(Waker::noop());
    match pin!(future).poll(&mut context) {
        Poll::Ready(result) => result,
        Poll::Pending => unreachable!("it awaits nothing"),
    }
}

/// 100 values of 48 bytes in a scope of their own.
fn small_request(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("100 x 48 bytes");
    group.bench_function("thread-local pool by hand", |bench| {
        bench.iter(|| {
            pooled(|bump| {
                (0..100_u64).for_each(|value| {
                    black_box(bump.alloc([value; 6]));
                });
            });
        });
    });
    group.bench_function("scope", |bench| {
        bench.iter(|| {
            scope(&SITE, |arena| {
                (0..100_u64).for_each(|value| {
                    black_box(arena.alloc([value; 6]));
                });
            });
        });
    });
    group.finish();
}

criterion_group!(benches, alloc, empty_scope, empty_async_scope, small_request);
criterion_main!(benches);
