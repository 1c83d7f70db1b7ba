//! Single values: a number, a record, a text, a slice, a value that needs `Drop`, and formatted
//! text. 1000 of each, or 100 of the larger ones.

use std::hint::black_box;
use std::rc::Rc;

use bumpalo::boxed::Box as BumpBox;
use criterion::Criterion;

use crate::support::{arena, bump, each, group};

pub(crate) fn number(criterion: &mut Criterion) {
    let mut group = group(criterion, "1000 x u64", 1000);
    bump(&mut group, "Bump::alloc", |bump| {
        each(1000, |value| {
            black_box(bump.alloc(value));
        });
    });
    arena(&mut group, "Arena::alloc", |arena| {
        each(1000, |value| {
            black_box(arena.alloc(value));
        });
    });
    group.finish();
}

/// 64 bytes.
#[expect(dead_code, reason = "`black_box` reads the fields")]
struct Record {
    id: u64,
    score: f64,
    positions: [u32; 12],
}

impl Record {
    #[inline(always)]
    fn new(id: u64) -> Self {
        Self { id, score: 0.5, positions: [id as u32; 12] }
    }
}

const _: () = assert!(size_of::<Record>() == 64);

pub(crate) fn record(criterion: &mut Criterion) {
    let mut group = group(criterion, "1000 structs of 64 bytes", 1000);
    bump(&mut group, "Bump::alloc", |bump| {
        each(1000, |id| {
            black_box(bump.alloc(Record::new(id)));
        });
    });
    arena(&mut group, "Arena::alloc", |arena| {
        each(1000, |id| {
            black_box(arena.alloc(Record::new(id)));
        });
    });
    group.finish();
}

pub(crate) fn text(criterion: &mut Criterion) {
    const TEXT: &str = "sixteen bytes it";
    const { assert!(TEXT.len() == 16) };
    let mut group = group(criterion, "1000 x str of 16 bytes", 1000);
    bump(&mut group, "Bump::alloc_str", |bump| {
        each(1000, |_| {
            black_box(bump.alloc_str(black_box(TEXT)));
        });
    });
    arena(&mut group, "Arena::alloc_str", |arena| {
        each(1000, |_| {
            black_box(arena.alloc_str(black_box(TEXT)));
        });
    });
    group.finish();
}

pub(crate) fn slice(criterion: &mut Criterion) {
    let source: &[u32] = &[7; 64];
    let mut group = group(criterion, "100 slices of 64 x u32", 100);
    bump(&mut group, "Bump::alloc_slice_copy", |bump| {
        each(100, |_| {
            black_box(bump.alloc_slice_copy(black_box(source)));
        });
    });
    arena(&mut group, "Arena::alloc_slice_copy", |arena| {
        each(100, |_| {
            black_box(arena.alloc_slice_copy(black_box(source)));
        });
    });
    group.finish();
}

/// The value is a counted reference: making and dropping it changes the count.
pub(crate) fn boxed(criterion: &mut Criterion) {
    let shared = Rc::new(0_u64);
    let mut group = group(criterion, "1000 boxes of a value that needs Drop", 1000);
    bump(&mut group, "bumpalo::boxed::Box::new_in", |bump| {
        each(1000, |_| {
            black_box(BumpBox::new_in(Rc::clone(black_box(&shared)), bump));
        });
    });
    arena(&mut group, "Arena::alloc_box", |arena| {
        each(1000, |_| {
            black_box(arena.alloc_box(Rc::clone(black_box(&shared))));
        });
    });
    group.finish();
    assert_eq!(Rc::strong_count(&shared), 1, "each box dropped its value");
}

pub(crate) fn formatted(criterion: &mut Criterion) {
    const NAME: &str = "Lyon";
    let mut group = group(criterion, "100 x format!", 100);
    bump(&mut group, "bumpalo::format!", |bump| {
        each(100, |count| {
            let text = bumpalo::format!(in bump, "{} has {count} streets", black_box(NAME));
            black_box(text.into_bump_str());
        });
    });
    arena(&mut group, "request_arena::format!", |arena| {
        each(100, |count| {
            black_box(request_arena::format!(in arena, "{} has {count} streets", black_box(NAME)));
        });
    });
    group.finish();
}
