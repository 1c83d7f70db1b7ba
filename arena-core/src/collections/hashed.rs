//! The allocators of hashbrown's tables.
//!
//! hashbrown asks for the trait of `allocator-api2`, or for std's if any package of the build
//! enables `hashbrown/nightly`. With the feature `nightly`, the handles have both.

use allocator_api2::alloc::Allocator;

/// An allocator of hashbrown's tables.
#[cfg(not(feature = "nightly"))]
pub trait TableAllocator: Allocator {}
#[cfg(not(feature = "nightly"))]
impl<A: Allocator> TableAllocator for A {}

/// An allocator of hashbrown's tables.
#[cfg(feature = "nightly")]
pub trait TableAllocator: Allocator + core::alloc::Allocator {}
#[cfg(feature = "nightly")]
impl<A: Allocator + core::alloc::Allocator> TableAllocator for A {}
