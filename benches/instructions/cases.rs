//! The cases: groups of rows with the same work. The first row of a group is the base of its
//! ratios.
//!
//! Each figure contains the loop around the work, and `black_box`.

use std::convert::Infallible;
use std::fmt::{self, Display, Formatter};
use std::hint::black_box;

use axum::http::{Request, Response, StatusCode};
use bumpalo::boxed::Box as BumpBox;
use futures::FutureExt;
use request_arena::admission::{Admission, AdmissionLayer, Mode, Options, Reading, Source};
use request_arena::exemplar::{self, Trace, TraceId};
use request_arena::{Arena, Bump, Site, request_arena, scope, scope_async};

use tower::{Layer as _, Service, ServiceExt as _, service_fn};

use crate::by_hand::{ROOM, pooled};

/// One row: does its work `times` times.
pub(crate) struct Case {
    pub(crate) group: &'static str,
    pub(crate) candidate: &'static str,
    pub(crate) run: fn(u64),
}

/// 48 bytes.
type Value = [u64; 6];

const TEXT: &str = "sixteen bytes it";

struct Dropped(u64);

impl Drop for Dropped {
    fn drop(&mut self) {
        black_box(self.0);
    }
}

/// Bytes of the one chunk of a case that allocates in every iteration.
const OPEN_ROOM: usize = 1 << 20;

/// The most iterations that fit into that chunk.
pub(crate) const MOST_ITERATIONS: u64 = (OPEN_ROOM / size_of::<Value>()) as u64;

static SITE: Site = Site::new("scope", module_path!(), file!(), line!()).with_initial(ROOM);
static OPEN: Site = Site::new("open", module_path!(), file!(), line!()).with_initial(OPEN_ROOM);

macro_rules! cases {
    ($($group:literal { $($candidate:literal: $run:expr,)* })*) => {
        pub(crate) const CASES: &[Case] = &[$($(
            Case { group: $group, candidate: $candidate, run: $run },
        )*)*];
    };
}

cases! {
    "`alloc` of u64" {
        "`Bump::alloc`": |times| in_bump(|bump| repeat(times, |value| seen(bump.alloc(value)))),
        "`Arena::alloc`": |times| in_open(|arena| repeat(times, |value| seen(arena.alloc(value)))),
    }
    "`alloc` of 48 bytes" {
        "`Bump::alloc`": |times| in_bump(|bump| fill_bump(bump, times)),
        "`Arena::alloc`": |times| in_open(|arena| fill_arena(&arena, times)),
    }
    "`alloc_str` of 16 bytes" {
        "`Bump::alloc_str`": |times| in_bump(|bump| repeat(times, |_| {
            seen(bump.alloc_str(black_box(TEXT)));
        })),
        "`Arena::alloc_str`": |times| in_open(|arena| repeat(times, |_| {
            seen(arena.alloc_str(black_box(TEXT)));
        })),
    }
    "box of a value that needs `Drop`" {
        "`bumpalo::boxed::Box`": |times| in_bump(|bump| repeat(times, |value| {
            seen(BumpBox::new_in(Dropped(value), bump));
        })),
        "`Arena::alloc_box`": |times| in_open(|arena| repeat(times, |value| {
            seen(arena.alloc_box(Dropped(value)));
        })),
    }
    "`format!`" {
        "`bumpalo::format!`": |times| in_bump(|bump| repeat(times, |value| {
            seen(bumpalo::format!(in bump, "{}: {value}", TEXT).into_bump_str());
        })),
        "`request_arena::format!`": |times| in_open(|arena| repeat(times, |value| {
            seen(request_arena::format!(in arena, "{}: {value}", TEXT));
        })),
    }
    "element of `alloc_from_iter`, near a limit" {
        "no limit": |times| collect(times, None),
        "limit of 2.1 times the bytes": |times| collect(times, Some(21)),
        "limit of 2.7 times the bytes": |times| collect(times, Some(27)),
        "limit of 3.3 times the bytes": |times| collect(times, Some(33)),
        "limit of 3.9 times the bytes": |times| collect(times, Some(39)),
    }
    "piece of `format!`, near a limit" {
        "no limit": |times| write(times, None),
        "limit of 2.1 times the bytes": |times| write(times, Some(21)),
        "limit of 2.7 times the bytes": |times| write(times, Some(27)),
        "limit of 3.3 times the bytes": |times| write(times, Some(33)),
        "limit of 3.9 times the bytes": |times| write(times, Some(39)),
    }
    "empty scope" {
        "thread-local pool by hand": |times| repeat(times, |_| pooled(|bump| seen(bump))),
        "`scope`": |times| repeat(times, |_| scope(&SITE, |arena| seen(arena))),
        "`#[request_arena]`": |times| repeat(times, |_| empty()),
    }
    "empty scope, heap measured" {
        "thread-local pool by hand": |times| repeat(times, |_| pooled(|bump| seen(bump))),
        "`scope`": |times| {
            measure_the_heap();
            repeat(times, |_| scope(&SITE, |arena| seen(arena)));
        },
        "`#[request_arena]`": |times| {
            measure_the_heap();
            repeat(times, |_| empty());
        },
    }
    "scope of 100 bytes, with exemplars" {
        "no source of traces": |times| repeat(times, |_| hundred()),
        "a source": |times| {
            trace_by(|| TraceId::new([7; 16]).map(Trace::new));
            repeat(times, |_| hundred());
        },
        "a source, no trace is sampled": |times| {
            trace_by(|| None);
            repeat(times, |_| hundred());
        },
    }
    "empty async scope" {
        "thread-local pool by hand": |times| repeat(times, |_| {
            ready(async { pooled(|bump| seen(bump)) });
        }),
        "`scope_async`": |times| repeat(times, |_| {
            ready(scope_async(&SITE, async |arena| seen(arena)));
        }),
        "`#[request_arena]`": |times| repeat(times, |_| ready(empty_async())),
    }
    "empty admitted request" {
        "`scope_async`": |times| repeat(times, |_| {
            ready(scope_async(&SITE, async |arena| seen(arena)));
        }),
        "`Admission::admit`": |times| {
            let gate = gate();
            repeat(times, |_| ready(async {
                let permit = gate.admit(&SITE).await.expect("there is room");
                scope_async(&SITE, async |arena| seen(arena)).await;
                drop(permit);
            }));
        },
    }
    "empty request of a service" {
        "no layer": |times| {
            let mut service = service_fn(serve);
            repeat(times, |_| call(&mut service));
        },
        "`Admission::layer`": |times| {
            let layer: AdmissionLayer<(), ()> = gate().layer("scope");
            let mut service = layer.layer(service_fn(serve));
            repeat(times, |_| call(&mut service));
        },
        "layer with `exempt` and `handler`": |times| {
            let layer: AdmissionLayer<(), ()> = gate()
                .layer("scope")
                .with_exempt(|request| request.uri().path() == "/health")
                .with_handler(|_| &SITE);
            let mut service = layer.layer(service_fn(serve));
            repeat(times, |_| call(&mut service));
        },
    }
    "scope with one value of 48 bytes" {
        "thread-local pool by hand": |times| repeat(times, |_| pooled(|bump| fill_bump(bump, 1))),
        "`scope`": |times| repeat(times, |_| scope(&SITE, |arena| fill_arena(&arena, 1))),
        "`#[request_arena]`": |times| repeat(times, |_| filled(1)),
    }
    "scope with 100 x 48 bytes" {
        "one `Bump`, reset": |times| {
            let mut bump = Bump::with_capacity(ROOM);
            repeat(times, |_| {
                fill_bump(&bump, 100);
                bump.reset();
            });
        },
        "thread-local pool by hand": |times| repeat(times, |_| pooled(|bump| fill_bump(bump, 100))),
        "`scope`": |times| repeat(times, |_| scope(&SITE, |arena| fill_arena(&arena, 100))),
        "`#[request_arena]`": |times| repeat(times, |_| filled(100)),
    }
    "scope with a fork" {
        "two of a thread-local pool by hand": |times| repeat(times, |_| pooled(|bump| {
            seen(bump);
            pooled(|fork| seen(fork));
        })),
        "`Arena::fork`": |times| repeat(times, |_| scope(&SITE, |arena| {
            let fork = arena.fork();
            seen(arena);
            seen(fork);
        })),
    }
    "JSON of 4 KB in a scope" {
        "`serde_json::to_vec`": |times| repeat(times, |_| {
            scope(&SITE, |arena| seen(arena));
            seen(serde_json::to_vec(&orders()[..]).expect("strings and numbers"));
        }),
        "`Arena::buffer`": |times| repeat(times, |_| {
            let buffer = scope(&SITE, |arena| {
                let mut buffer = arena.buffer();
                serde_json::to_writer(&mut buffer, &orders()[..]).expect("strings and numbers");
                buffer
            });
            seen(buffer);
        }),
    }
    "child scope" {
        "thread-local pool by hand": |times| pooled(|_| repeat(times, |_| {
            pooled(|bump| seen(bump));
        })),
        "`Arena::scope`": |times| scope(&SITE, |arena| repeat(times, |_| {
            arena.scope(|child| seen(child));
        })),
    }
}

/// 4 KB of JSON, as 40 lines of an order.
fn orders() -> [(&'static str, u32, &'static str, bool); 40] {
    black_box(
        [("an item of the catalogue, its number and its price", 12_345, "a note: none", true); 40],
    )
}

/// Calls `work` `times` times. The compiler does not know the arguments.
#[inline(always)]
fn repeat(times: u64, mut work: impl FnMut(u64)) {
    (0..times).for_each(|value| work(black_box(value)));
}

/// Keeps the compiler from removing the value.
#[inline(always)]
fn seen<T>(value: T) {
    black_box(value);
}

/// A site with a limit of `tenths` tenths of `bytes`.
fn limited(bytes: u64, tenths: Option<u64>) -> &'static Site {
    let site = Site::new("near a limit", module_path!(), file!(), line!());
    Box::leak(Box::new(match tenths {
        Some(tenths) => site.with_limit((bytes * tenths / 10).max(1000) as usize),
        None => site,
    }))
}

/// One slice of three quarters as many elements, from an iterator without a known length. The
/// smaller limits refuse the doubling after half as many.
fn collect(times: u64, tenths: Option<u64>) {
    let site = limited(8 * times, tenths);
    let times = times.div_ceil(4) * 3;
    scope(site, |arena| {
        let slice =
            arena.try_alloc_from_iter((0..times).filter(|value| black_box(*value) < u64::MAX));
        assert_eq!(
            slice.map(|slice| slice.len() as u64).ok(),
            Some(times),
            "room for it, if the iterations are a power of two"
        );
    });
}

/// One text of three quarters as many pieces.
fn write(times: u64, tenths: Option<u64>) {
    struct Pieces(u64);
    impl Display for Pieces {
        fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
            (0..self.0).try_for_each(|_| f.write_str(black_box("8 bytes!")))
        }
    }
    let site = limited(8 * times, tenths);
    let times = times.div_ceil(4) * 3;
    let pieces = Pieces(times);
    scope(site, |arena| {
        let text = request_arena::try_format!(in arena, "{pieces}");
        assert_eq!(
            text.map(|text| text.len() as u64).ok(),
            Some(8 * times),
            "room for it, if the iterations are a power of two"
        );
    });
}

fn in_bump(work: impl FnOnce(&Bump)) {
    let mut bump = Bump::with_capacity(OPEN_ROOM);
    work(&bump);
    assert_eq!(bump.iter_allocated_chunks().count(), 1, "all iterations have room in one chunk");
}

fn in_open(work: impl FnOnce(Arena<'_>)) {
    scope(&OPEN, work);
    let chunks = request_arena::report().site(OPEN.name()).map(|site| site.chunks);
    assert_eq!(chunks, Some(1), "all iterations have room in one chunk");
}

#[inline(always)]
fn fill_bump(bump: &Bump, values: u64) {
    repeat(values, |value| seen::<&mut Value>(bump.alloc([value; 6])));
}

#[inline(always)]
fn fill_arena(arena: &Arena<'_>, values: u64) {
    repeat(values, |value| seen::<&mut Value>(arena.alloc([value; 6])));
}

fn hundred() {
    scope(&SITE, |arena| seen(&*arena.alloc_slice_fill_copy(100, 0_u8)));
}

fn trace_by(source: exemplar::Source) {
    exemplar::trace_by(source).expect("each case has a process of its own");
}

/// Has every scope measure its thread's heap allocations, by the counter of services without
/// jemalloc. Reading it costs the same if the allocator does not advance it.
fn measure_the_heap() {
    request_arena::heap::install(request_arena::heap::allocated_by_thread);
}

#[inline(always)]
fn ready(future: impl Future<Output = ()>) {
    future.now_or_never().expect("it awaits nothing");
}

/// A gate with plenty of room, and without a thread, which would be counted, too.
fn gate() -> Admission {
    let source = Source::Function(|| Some(Reading { limit_bytes: 1 << 34, kept_bytes: 1 << 30 }));
    // Without a slow start, which takes the way with the lock.
    let unseen_bytes = Some(1 << 20);
    let options = Options { mode: Mode::Enforce, source, unseen_bytes, ..Options::default() };
    Admission::without_thread(options).expect("options within their ranges")
}

async fn serve(_: Request<()>) -> Result<Response<()>, Infallible> {
    scope_async(&SITE, async |arena| seen(arena)).await;
    Ok(Response::new(()))
}

#[inline(always)]
fn call<S>(service: &mut S)
where
    S: Service<Request<()>, Response = Response<()>, Error = Infallible>,
{
    ready(async {
        let service = service.ready().await.expect("it is always ready");
        let response = service.call(Request::new(())).await.expect("it has no error");
        assert_eq!(response.status(), StatusCode::OK, "there is room");
    });
}

#[request_arena(initial = ROOM)]
fn empty(arena: Arena<'_>) {
    seen(arena);
}

#[request_arena(initial = ROOM)]
async fn empty_async(arena: Arena<'_>) {
    seen(arena);
}

#[request_arena(initial = ROOM)]
fn filled(arena: Arena<'_>, values: u64) {
    fill_arena(&arena, values);
}
