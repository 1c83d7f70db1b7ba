//! What leaves the process: the figures of [`request_arena_core`] for Prometheus, the `metrics`
//! facade and OpenTelemetry, a debug page, and what the allocator and the operating system say
//! about the memory around the arenas.
//!
//! Use the facade `request-arena`, which has each part under a feature of the same name.

#![forbid(unsafe_code)]

pub mod catalog;
#[cfg(feature = "debug-page")]
pub mod debug_page;
#[cfg(feature = "tower")]
mod layer;
#[cfg(feature = "metrics")]
pub mod metrics;
#[cfg(feature = "opentelemetry")]
pub mod opentelemetry;
#[cfg(feature = "prometheus")]
pub mod prometheus;
pub mod snapshot;

#[cfg(feature = "tower")]
pub use layer::{RequestHeapFuture, RequestHeapLayer, RequestHeapService, layer};
#[cfg(feature = "doctor")]
pub use request_arena_doctor as doctor;
pub use request_arena_memory::{AllocatorReading, ProcessReading, process};
#[cfg(feature = "jemalloc")]
pub use request_arena_memory::{jemalloc, use_jemalloc};
pub use snapshot::{FindingReading, Snapshot};
