//! Collections of 1000 values: a `Vec` that grows, a `Vec` with its capacity, a hash map. `&Bump`,
//! `&Arena` and `Arena` (by value, as in `collections::owned`) are allocators of the same types.
//! `bumpalo::collections::Vec` is a type of its own.

use std::hint::black_box;

use allocator_api2::alloc::Allocator;
use allocator_api2::vec::Vec;
use criterion::Criterion;
use hashbrown::{DefaultHashBuilder, HashMap};

use crate::support::{arena, bump, each, group};

const LEN: usize = 1000;

#[inline(always)]
fn fill_vec<A: Allocator>(mut vec: Vec<u64, A>) {
    each(LEN as u64, |value| vec.push(value));
    black_box(&vec[..]);
}

#[inline(always)]
fn fill_bumpalo_vec(mut vec: bumpalo::collections::Vec<'_, u64>) {
    each(LEN as u64, |value| vec.push(value));
    black_box(&vec[..]);
}

#[inline(always)]
fn fill_map<A: Allocator>(mut map: HashMap<u64, u64, DefaultHashBuilder, A>) {
    each(LEN as u64, |key| {
        map.insert(key, key);
    });
    black_box(&map);
}

pub(crate) fn vec_grown(criterion: &mut Criterion) {
    let mut group = group(criterion, "Vec grown to 1000 x u64", LEN as u64);
    bump(&mut group, "&Bump", |bump| fill_vec(Vec::new_in(bump)));
    bump(&mut group, "bumpalo::collections::Vec", |bump| {
        fill_bumpalo_vec(bumpalo::collections::Vec::new_in(bump));
    });
    arena(&mut group, "&Arena", |arena| fill_vec(Vec::new_in(&arena)));
    arena(&mut group, "Arena", |arena| fill_vec(Vec::new_in(arena)));
    group.finish();
}

pub(crate) fn vec_with_capacity(criterion: &mut Criterion) {
    let mut group = group(criterion, "Vec with capacity for 1000 x u64", LEN as u64);
    bump(&mut group, "&Bump", |bump| fill_vec(Vec::with_capacity_in(LEN, bump)));
    bump(&mut group, "bumpalo::collections::Vec", |bump| {
        fill_bumpalo_vec(bumpalo::collections::Vec::with_capacity_in(LEN, bump));
    });
    arena(&mut group, "&Arena", |arena| fill_vec(Vec::with_capacity_in(LEN, &arena)));
    arena(&mut group, "Arena", |arena| fill_vec(Vec::with_capacity_in(LEN, arena)));
    group.finish();
}

pub(crate) fn hash_map(criterion: &mut Criterion) {
    let mut group = group(criterion, "HashMap grown to 1000", LEN as u64);
    bump(&mut group, "&Bump", |bump| fill_map(HashMap::new_in(bump)));
    arena(&mut group, "&Arena", |arena| fill_map(HashMap::new_in(&arena)));
    arena(&mut group, "Arena", |arena| fill_map(HashMap::new_in(arena)));
    group.finish();
}
