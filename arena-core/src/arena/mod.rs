//! The handle and its methods: allocation, forks, allocators of collections, and boxes.

pub mod allocator;
pub(crate) mod boxed;
mod branch;
mod buffers;
pub(crate) mod growth;
pub mod handle;
pub(crate) mod or_panic;
mod passing;
mod shared;
pub(crate) mod slices;
mod through_lease;
mod unshared;
mod values;
