//! Requests of three sizes: nothing, 100 values of 48 bytes, and 1000 values of 8 bytes to 1 KiB.

use std::array;
use std::hint::black_box;
use std::sync::LazyLock;

use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use worker_harness::Installed;

use super::{Workload, time};
use crate::candidates::{self, Peer, Visitor};
use crate::memory::{Body, Space};
use crate::protocol::{Effort, Figure, Unit};

/// Takes an arena and gives it back.
pub(super) struct Empty;

impl Body for Empty {
    const MEMORY: bool = false;

    #[inline(never)]
    fn in_arena<'a>(&self, space: impl Space<'a>) {
        black_box(&space);
    }

    #[inline(always)]
    fn on_heap(&self) {}

    crate::handlers!("empty");
}

/// 100 values of 48 bytes.
pub(super) struct Values;

impl Body for Values {
    #[inline(never)]
    fn in_arena<'a>(&self, space: impl Space<'a>) {
        (0..100_u64).for_each(|value| {
            black_box(space.value([value; 6]));
        });
    }

    #[inline(always)]
    fn on_heap(&self) {
        let values: [Box<[u64; 6]>; 100] =
            array::from_fn(|value| black_box(Box::new([value as u64; 6])));
        black_box(&values);
    }

    crate::handlers!("100 x 48 bytes");
}

const MIXED: usize = 1000;
const LARGEST: usize = 1 << 10;

/// The sizes of the mixed values, the same in every process: from 8 bytes to 1 KiB. Each doubling
/// of the size is as frequent as the next.
static SIZES: LazyLock<[usize; MIXED]> = LazyLock::new(|| {
    let mut random = ChaCha8Rng::seed_from_u64(48);
    array::from_fn(|_| (random.random_range(3.0..10.0_f64).exp2()) as usize)
});

static CONTENT: [u8; LARGEST] = [0x5a; LARGEST];

/// 1000 values of mixed sizes, copied.
struct Mixed(&'static [usize; MIXED]);

impl Body for Mixed {
    #[inline(never)]
    fn in_arena<'a>(&self, space: impl Space<'a>) {
        for &size in self.0 {
            black_box(space.bytes(&CONTENT[..size]));
        }
    }

    #[inline(always)]
    fn on_heap(&self) {
        let values: [Box<[u8]>; MIXED] =
            array::from_fn(|index| black_box(Box::from(&CONTENT[..self.0[index]])));
        black_box(&values);
    }

    crate::handlers!("1000 mixed sizes");
}

/// The workload `requests`.
pub(super) struct Requests;

impl Workload for Requests {
    fn name(&self) -> &'static str {
        "requests"
    }

    fn about(&self) -> &'static str {
        "One request after the other on one thread: it takes memory, fills it, and gives it back."
    }

    fn bases(&self) -> &'static [&'static str] {
        &["bumpalo reset", "bumpalo thread-local pool", "heap"]
    }

    fn candidates(&self, _: &Installed) -> Result<Vec<&'static str>, String> {
        Ok(candidates::NAMES.to_vec())
    }

    fn measure(
        &self,
        candidate: &str,
        effort: Effort,
        allocator: &Installed,
    ) -> anyhow::Result<Vec<Figure>> {
        let mut figures = Vec::new();
        for figure in [
            measure("empty", &Empty, candidate, effort, allocator),
            measure("100 x 48 bytes", &Values, candidate, effort, allocator),
            measure("1000 mixed sizes", &Mixed(&SIZES), candidate, effort, allocator),
        ] {
            figures.extend(figure?);
        }
        Ok(figures)
    }
}

fn measure(
    name: &str,
    body: &impl Body,
    candidate: &str,
    effort: Effort,
    allocator: &Installed,
) -> anyhow::Result<Vec<Figure>> {
    candidates::with(candidate, Measure { name, body, effort, allocator })
        .ok_or_else(|| anyhow::anyhow!("there is no candidate `{candidate}`"))
}

struct Measure<'m, B> {
    name: &'m str,
    body: &'m B,
    effort: Effort,
    allocator: &'m Installed,
}

impl<B: Body> Visitor for Measure<'_, B> {
    type Result = Vec<Figure>;

    fn visit<P: Peer>(self) -> Vec<Figure> {
        if !P::ARENA && !B::MEMORY {
            return Vec::new();
        }
        let mut peer = P::new();
        let nanoseconds = time::of_one(self.effort.time(), || peer.request(self.body));
        let mut figures = vec![Figure::new(self.name, Unit::Nanoseconds, nanoseconds)];
        if let Some(allocated) = self.allocator.allocated_by_thread {
            figures.push(Figure::new(
                format!("{}, from the allocator", self.name),
                Unit::Bytes,
                steady(allocated, || peer.request(self.body)),
            ));
        }
        figures
    }
}

/// Bytes that a request allocates from the global allocator in the steady state, by the allocator's
/// own count.
fn steady(allocated: fn() -> u64, mut request: impl FnMut()) -> f64 {
    const WARM: usize = 1000;
    const REQUESTS: usize = 200;
    (0..WARM).for_each(|_| request());
    let before = allocated();
    (0..REQUESTS).for_each(|_| request());
    (allocated() - before) as f64 / REQUESTS as f64
}
