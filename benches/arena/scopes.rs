//! Scopes with everything counted: empty scopes, a fork, a child scope.

use std::hint::black_box;

use criterion::Criterion;
use futures::FutureExt;
use request_arena::{Arena, Site, request_arena, scope, scope_async};

use crate::by_hand::{ROOM, pooled};

static SITE: Site = Site::new("scope", module_path!(), file!(), line!()).with_initial(ROOM);

#[request_arena(initial = ROOM)]
fn annotated(arena: Arena<'_>) {
    black_box(arena);
}

#[request_arena(initial = ROOM)]
async fn annotated_async(arena: Arena<'_>) {
    black_box(arena);
}

pub(crate) fn empty(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("empty scope");
    group.bench_function("thread-local pool by hand", |bench| {
        bench.iter(|| {
            pooled(|bump| {
                black_box(bump);
            });
        });
    });
    group.bench_function("scope", |bench| {
        bench.iter(|| {
            scope(&SITE, |arena| {
                black_box(arena);
            });
        });
    });
    group.bench_function("#[request_arena]", |bench| bench.iter(annotated));
    group.finish();
}

/// The same with futures that are ready at once.
pub(crate) fn empty_async(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("empty async scope");
    group.bench_function("thread-local pool by hand", |bench| {
        let by_hand = async || {
            pooled(|bump| {
                black_box(bump);
            });
        };
        bench.iter(|| by_hand().now_or_never());
    });
    group.bench_function("scope_async", |bench| {
        let scoped = || {
            scope_async(&SITE, async |arena| {
                black_box(arena);
            })
        };
        bench.iter(|| scoped().now_or_never());
    });
    group.bench_function("#[request_arena]", |bench| {
        bench.iter(|| annotated_async().now_or_never());
    });
    group.finish();
}

/// A fork lives as long as its scope, so each iteration opens and closes both.
pub(crate) fn fork(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("scope with a fork");
    group.bench_function("two of a thread-local pool by hand", |bench| {
        bench.iter(|| {
            pooled(|bump| {
                black_box(bump);
                pooled(|fork| {
                    black_box(fork.alloc(black_box(1_u64)));
                });
            });
        });
    });
    group.bench_function("Arena::fork", |bench| {
        bench.iter(|| {
            scope(&SITE, |arena| {
                let fork = arena.fork();
                black_box(arena);
                black_box(fork.alloc(black_box(1_u64)));
            });
        });
    });
    group.finish();
}

/// In a request that stays open.
pub(crate) fn child(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("child scope");
    group.bench_function("thread-local pool by hand", |bench| {
        pooled(|_| {
            bench.iter(|| {
                pooled(|bump| {
                    black_box(bump.alloc(black_box(1_u64)));
                });
            });
        });
    });
    group.bench_function("Arena::scope", |bench| {
        scope(&SITE, |arena| {
            bench.iter(|| {
                arena.scope(|child| {
                    black_box(child.alloc(black_box(1_u64)));
                });
            });
        });
    });
    group.finish();
}
