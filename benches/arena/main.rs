//! Compares the arena with `bumpalo` itself: values, collections, scopes, and whole requests.
//!
//! `cargo bench --bench arena`, or a part of it: `cargo bench --bench arena -- "empty scope"`.
//! Compare the rows of a group, not rows of different runs. `-- --test` runs each row once.
//!
//! Both rows of a group do the same work, with `black_box` at the same places. Their arenas have
//! been used before, and have one chunk of the same size.

#![allow(missing_docs, reason = "criterion's macro makes a public function")]

#[path = "../common/by_hand.rs"]
mod by_hand;
mod collections;
mod requests;
mod scopes;
mod support;
mod values;

use criterion::{criterion_group, criterion_main};

criterion_group!(
    benches,
    values::number,
    values::record,
    values::text,
    values::slice,
    values::boxed,
    values::formatted,
    collections::vec_grown,
    collections::vec_with_capacity,
    collections::hash_map,
    scopes::empty,
    scopes::empty_async,
    scopes::fork,
    scopes::child,
    requests::all,
);
criterion_main!(benches);
