//! Exports request-arena's figures from the process, and shows them on a debug page.
//!
//! ```
//! use request_arena_telemetry::{Snapshot, catalog};
//!
//! // Every figure, with its name, unit and labels:
//! for family in catalog::families(&Snapshot::take()) {
//!     println!("{}: {} figures", family.name, family.samples.len());
//! }
//! ```
//!
//! * [`Snapshot`] is one reading of the arenas, the allocator, the process, its container, the
//!   doctor, and the gates of admission control.
//! * [`catalog`] lists all figures of a snapshot. Each exporter maps that list.
//! * `prometheus` serves all figures as text, and `metrics` passes them to the facade of that name.
//!   For a registry or a meter of your own there is a module for each version:
//!   `prometheus_client_0_22` to `0_26`, `prometheus_0_13` and `0_14`, and `opentelemetry_0_30` to
//!   `0_33`.
//! * `debug_page` serves `/debug/arenas`.
//! * `budget_of_container()` sets the budget of all arenas to a share of the container's memory.
//! * `pprof` serves the heap profile at `/debug/pprof/heap`, and turns sampling on and off.
//! * `count_requests()` is a `tower` layer. It counts requests for the doctor.
//! * `layer()` is a `tower` layer. It counts the heap allocations of a request before and after its
//!   scope.
//!
//! The facade `request-arena` re-exports this package as `request_arena::telemetry`. Each exporter
//! needs the feature of its name, `debug_page` needs `debug-page`, `pprof` needs `heap-profile`,
//! and the layers need `tower`.

#![cfg_attr(docsrs, feature(doc_cfg))]
#![forbid(unsafe_code)]

pub mod catalog;
#[cfg(feature = "process")]
mod container_budget;
#[cfg(feature = "debug-page")]
pub mod debug_page;
#[cfg(feature = "tower")]
mod layer;
#[cfg(feature = "metrics")]
pub mod metrics;
#[cfg(feature = "__opentelemetry")]
mod opentelemetry;
#[cfg(feature = "heap-profile")]
pub mod pprof;
#[cfg(feature = "prometheus")]
pub mod prometheus;
#[cfg(feature = "__prometheus_client")]
mod prometheus_client;
#[cfg(any(feature = "debug-page", feature = "heap-profile", feature = "prometheus"))]
mod rendering;
#[cfg(all(feature = "tower", feature = "doctor"))]
mod request_count;
#[cfg(any(feature = "prometheus_0_13", feature = "prometheus_0_14"))]
mod rust_prometheus;
pub mod snapshot;

#[cfg(feature = "process")]
pub use container_budget::{BudgetError, budget_of_container};
#[cfg(feature = "tower")]
pub use layer::{RequestHeapFuture, RequestHeapLayer, RequestHeapService, layer};
#[cfg(feature = "__opentelemetry")]
pub use opentelemetry::*;
#[cfg(feature = "__prometheus_client")]
pub use prometheus_client::*;
#[cfg(any(feature = "debug-page", feature = "heap-profile", feature = "prometheus"))]
pub use rendering::{RenderError, Rendered};
#[cfg(feature = "doctor")]
pub use request_arena_doctor as doctor;
pub use request_arena_memory::{
    AllocatorReading, ContainerReading, ProcessReading, container, process,
};
#[cfg(feature = "jemalloc")]
pub use request_arena_memory::{jemalloc, use_jemalloc};
#[cfg(all(feature = "tower", feature = "doctor"))]
pub use request_count::{
    RequestCountFuture, RequestCountLayer, RequestCountService, count_requests,
};
#[cfg(any(feature = "prometheus_0_13", feature = "prometheus_0_14"))]
pub use rust_prometheus::*;
pub use snapshot::{ClassReading, DoctorReading, FindingReading, ModeReading, Snapshot};
