//! What leaves the process: the figures of [`request_arena_core`] for Prometheus, the `metrics`
//! facade and OpenTelemetry, a debug page, and what the allocator and the operating system say
//! about the memory around the arenas.
//!
//! Use the facade `request-arena`, which has each part under a feature of the same name.

#![forbid(unsafe_code)]

mod allocator;
pub mod catalog;
#[cfg(feature = "debug-page")]
pub mod debug_page;
#[cfg(feature = "doctor")]
pub mod doctor;
mod findings;
#[cfg(feature = "jemalloc")]
pub mod jemalloc;
#[cfg(feature = "tower")]
mod layer;
#[cfg(feature = "metrics")]
pub mod metrics;
#[cfg(feature = "opentelemetry")]
pub mod opentelemetry;
pub mod process;
#[cfg(feature = "prometheus")]
pub mod prometheus;
pub mod snapshot;
#[cfg(feature = "testing")]
pub mod testing;

pub use allocator::AllocatorReading;
pub use findings::FindingReading;
#[cfg(feature = "tower")]
pub use layer::{RequestHeapFuture, RequestHeapLayer, RequestHeapService, layer};
pub use process::ProcessReading;
pub use snapshot::Snapshot;
