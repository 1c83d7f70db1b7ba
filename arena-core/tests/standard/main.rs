//! std's allocator trait for `&Arena` and `Arena`: what collections do over it, what happens at the
//! limit, and why it never unwinds. `bash .ci/nightly` runs these tests.
#![feature(allocator_api, btreemap_alloc)]

mod api {
    pub(crate) use std::alloc::{AllocError, Allocator, Global};
    pub(crate) use std::boxed::Box;
    pub(crate) use std::collections::VecDeque;
    pub(crate) use std::vec::Vec;

    pub(crate) use crate::collections::more_operations_of_a_ring;

    #[expect(clippy::boxed_local, reason = "the function of allocator-api2 that it stands for")]
    pub(crate) fn into_inner<T, A: Allocator>(boxed: Box<T, A>) -> T {
        *boxed
    }
}
mod at_limit;
#[path = "../unwinding/boxes.rs"]
mod boxes;
mod collections;
mod contract;
#[path = "../unwinding/fault.rs"]
mod fault;
#[path = "../unwinding/faulty.rs"]
mod faulty;
#[path = "../unwinding/live.rs"]
mod live;
#[path = "../unwinding/ring.rs"]
mod ring;
#[path = "../unwinding/sweep.rs"]
mod sweep;
mod unwinding;
mod uses;
#[path = "../unwinding/vectors.rs"]
mod vectors;
