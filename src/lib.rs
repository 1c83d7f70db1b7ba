//! Request-scoped memory for Rust services.
//!
//! A handler under [`#[request_arena]`](macro@request_arena) gets an [`Arena`]. All memory of the
//! arena is freed at once when the request ends. The compiler refuses code that would keep the
//! memory longer. Peak memory, outcomes and pool usage are tracked for each handler.
//!
//! ```no_run
//! use axum::{Json, Router, extract::Path, response::Response, routing::get};
//! use request_arena::{Arena, request_arena};
//!
//! #[request_arena(into = Response, limit = "1 MiB")]
//! async fn words<'a>(arena: Arena<'a>, Path(text): Path<String>) -> Json<&'a [&'a str]> {
//!     let text = arena.alloc_str(&text);
//!     text.make_ascii_lowercase();
//!     Json(arena.alloc_from_iter(text.split_whitespace()))
//! }
//!
//! #[tokio::main]
//! async fn main() -> std::io::Result<()> {
//!     let router = Router::new().route("/words/{text}", get(words));
//!     let listener = tokio::net::TcpListener::bind("127.0.0.1:8080").await?;
//!     axum::serve(listener, router).await
//! }
//! ```
//!
//! The program above needs the feature `axum`. Functions without a framework need no feature:
//!
//! ```
//! use request_arena::{Arena, report, request_arena};
//!
//! #[request_arena]
//! async fn count(arena: Arena<'_>, text: String) -> usize {
//!     let words = arena.alloc_from_iter(text.split(' '));
//!     tokio::task::yield_now().await; // Arena memory lives across awaits.
//!     words.len()
//! }
//!
//! # #[tokio::main(flavor = "current_thread")] async fn main() {
//! assert_eq!(count("to be or not".into()).await, 4);
//! assert_eq!(report().site("count").unwrap().outcomes.returned, 1);
//! # }
//! ```
//!
//! # The guide
//!
//! The guide explains how to use the crate, page by page: [Start], [Handlers], [A whole handler],
//! [Deserialising], [Frameworks], [Responses], [Streaming], [Passing the arena on], [Collections],
//! [Limits], [Admission], [A service that is not killed], [Testing], [Operating],
//! [The debug page], [The heap profile], [Which handler holds the heap], [Versions and platforms],
//! [Doctor by symptom], [Escape errors], [Performance], [Internals], [Glossary]. Its
//! [introduction] says which page to read for which task.
//!
//! # Passing the arena on
//!
//! [`Arena<'a>`](Arena) is a unique handle. It can move to another thread, but it cannot be shared
//! or cloned. Its methods return `&'a mut T`, which borrows from the request and not from the
//! handle. So a future can hold many such references across `.await`s and stay `Send`.
//!
//! | To | Pass |
//! |---|---|
//! | a synchronous helper | `&Arena<'a>` |
//! | an `async` helper | `&mut Arena<'a>` |
//! | parallel work: `join!`, scoped threads, rayon | [`arena.fork()`](Arena::fork) for each branch |
//! | a collection that lives across `.await`s | `arena.fork()` to a type of [`collections::owned`] |
//! | work that frees its memory early | the child arena of [`arena.scope(..)`](Arena::scope) or [`arena.scope_async(..)`](Arena::scope_async) |
//! | code that takes `&Bump` | [`arena.bump()`](Arena::bump) or [`arena.into_bump()`](Arena::into_bump) |
//!
//! `arena.alloc(fetch().await)` holds `&arena` across the `.await`, so the future is not `Send`.
//! Await first, then allocate.
//!
//! # Text and collections
//!
//! [`collections`] has `Vec`, `VecDeque`, `String`, hash tables, and the sorted
//! [`SortedMap`](collections::SortedMap) and [`SortedSet`](collections::SortedSet).
//! [`collect_in`](collections::CollectIn::collect_in) builds them from iterators. A collection over
//! `&Arena` ends with its borrow of the handle. To keep its elements until the request ends,
//! without a copy, call [`into_arena_str`](text::String::into_arena_str) or
//! [`into_arena_slice`](collections::IntoArenaSlice::into_arena_slice):
//!
//! ```
//! use request_arena::collections::{CollectIn, IntoArenaSlice, SortedSet, Vec};
//! use request_arena::{Arena, request_arena};
//!
//! /// The distinct words in sorted order.
//! fn words<'a>(arena: &Arena<'a>, text: &str) -> &'a [&'a str] {
//!     let words = text.split(' ').map(|word| &*arena.alloc_lowercase(word));
//!     let sorted = words.collect_in::<SortedSet<_>>(arena);
//!     sorted.into_iter().collect_in::<Vec<_>>(arena).into_arena_slice(arena)
//! }
//!
//! #[request_arena]
//! fn index(arena: Arena<'_>, text: &str) -> usize {
//!     arena.alloc_join(words(&arena, text), ", ").len()
//! }
//!
//! assert_eq!(index("To be or not to be"), "be, not, or, to".len());
//! ```
//!
//! # Scopes without the macro
//!
//! [`scope`] and [`scope_async`] take a closure. [`RequestScope`] is a guard. A [`Site`] is the
//! static that names a handler and collects its figures:
//!
//! ```
//! use request_arena::{Site, scope};
//!
//! static IMPORT: Site = Site::new("import", module_path!(), file!(), line!());
//!
//! let length = scope(&IMPORT, |arena| arena.alloc_str("a line").len());
//! assert_eq!(length, 6);
//! ```
//!
//! # Figures and settings
//!
//! [`report()`] returns the figures of all handlers. [`configure`] changes the [`Settings`] of the
//! pool: how much it retains, and when it frees idle arenas.
//!
//! ```
//! request_arena::configure(|settings| settings.retain_bytes = 128 << 20);
//! println!("{}", request_arena::report());
//! ```
//!
//! # Features
//!
//! | Feature | Effect |
//! |---|---|
//! | `axum`, `axum_0_7`, `actix-web`, `poem`, `rocket`, `warp` | `into` takes the response type of the framework, and converts the framework's responders to it |
//! | `serde` | [`Report`], [`text::String`] and the [`collections`] implement `Serialize`; `DeserializeIn` |
//! | `json` | `arena.json(..)` and `arena.form(..)`: JSON and forms, parsed into the arena; parameters with `#[json]`, `#[form]` and `#[query]`; `Json` for responses |
//! | `salvo` | salvo extracts the parameters with `#[json]`, `#[form]` and `#[query]` |
//! | `telemetry` | the module `telemetry` alone; the following features turn it on |
//! | `jemalloc` | `use_jemalloc!()`: jemalloc as the global allocator, heap coverage, jemalloc's figures |
//! | `jemalloc-unprefixed` | the same, and C libraries allocate from jemalloc too |
//! | `process` | memory of the process by kind, page faults, the container's limits, and a budget as a share of them (Linux) |
//! | `prometheus`, `metrics`, `prometheus_0_14`, `prometheus_client_0_26`, `opentelemetry_0_33`, .. | exports all figures; see the module `telemetry`, and [Versions and platforms] |
//! | `native-histograms` | exports histograms of bytes to Prometheus as native histograms, too |
//! | `debug-page` | an HTML page at `/debug/arenas`, and its JSON; see `telemetry::debug_page` |
//! | `tower` | `telemetry::layer()` counts heap allocations before and after the scopes of a request; with `doctor`, `telemetry::count_requests()` counts requests |
//! | `admission` | `admission::Admission` lets a request wait, or refuses it, if its memory does not fit into the container |
//! | `nightly` | std's `Allocator` for `&Arena`, `Arena` and `allocator::Fallible`, on a nightly compiler; see [`allocator`] |
//! | `testing` | assertions about memory for your own tests |
//! | `doctor` | `doctor::Doctor` finds why memory grows, with evidence and a remedy |
//! | `doctor-mimalloc` | the doctor also reads mimalloc 2 and 3 |
//! | `heap-profile` | the doctor names the functions behind the growth, from jemalloc's heap profile; `telemetry::pprof` serves it |
//! | `flamegraph` | the heap profile as a picture, drawn by `inferno` (CDDL-1.0) |
//!
//! # Cost
//!
//! Counting takes no lock and writes no cache line that another thread writes. An empty scope costs
//! 2 ns more than a thread-local pool of `Bump`s written by hand, and 7 ns more where the heap is
//! measured. [Performance] has the measurements.
//!
//! [Start]: https://github.com/request-arena/request-arena/blob/main/docs/book/src/start.md
//! [Handlers]: https://github.com/request-arena/request-arena/blob/main/docs/book/src/handlers.md
//! [A whole handler]: https://github.com/request-arena/request-arena/blob/main/docs/book/src/whole-handler.md
//! [Deserialising]: https://github.com/request-arena/request-arena/blob/main/docs/book/src/deserialising.md
//! [Frameworks]: https://github.com/request-arena/request-arena/blob/main/docs/book/src/frameworks.md
//! [Responses]: https://github.com/request-arena/request-arena/blob/main/docs/book/src/responses.md
//! [Streaming]: https://github.com/request-arena/request-arena/blob/main/docs/book/src/streaming.md
//! [Passing the arena on]: https://github.com/request-arena/request-arena/blob/main/docs/book/src/passing-on.md
//! [Collections]: https://github.com/request-arena/request-arena/blob/main/docs/book/src/collections.md
//! [Limits]: https://github.com/request-arena/request-arena/blob/main/docs/book/src/limits.md
//! [Admission]: https://github.com/request-arena/request-arena/blob/main/docs/book/src/admission.md
//! [A service that is not killed]: https://github.com/request-arena/request-arena/blob/main/docs/book/src/overload.md
//! [Testing]: https://github.com/request-arena/request-arena/blob/main/docs/book/src/testing.md
//! [Operating]: https://github.com/request-arena/request-arena/blob/main/docs/book/src/operating.md
//! [The debug page]: https://github.com/request-arena/request-arena/blob/main/docs/book/src/debug-page.md
//! [The heap profile]: https://github.com/request-arena/request-arena/blob/main/docs/book/src/heap-profile.md
//! [Which handler holds the heap]: https://github.com/request-arena/request-arena/blob/main/docs/book/src/live-heap.md
//! [Versions and platforms]: https://github.com/request-arena/request-arena/blob/main/docs/book/src/versions.md
//! [Doctor by symptom]: https://github.com/request-arena/request-arena/blob/main/docs/book/src/why-is-my-memory-growing.md
//! [Escape errors]: https://github.com/request-arena/request-arena/blob/main/docs/book/src/escape-errors.md
//! [Performance]: https://github.com/request-arena/request-arena/blob/main/docs/book/src/performance.md
//! [Internals]: https://github.com/request-arena/request-arena/blob/main/docs/book/src/architecture.md
//! [Glossary]: https://github.com/request-arena/request-arena/blob/main/docs/book/src/glossary.md
//! [introduction]: https://github.com/request-arena/request-arena/blob/main/docs/book/src/introduction.md

#![cfg_attr(docsrs, feature(doc_cfg))]
#![forbid(unsafe_code)]

mod attribute;
#[cfg(feature = "serde")]
mod derive;
#[cfg(feature = "json")]
pub mod extract;
mod handler;
mod into;
#[cfg(feature = "json")]
mod json;
#[cfg(feature = "json")]
mod json_chunks;
#[cfg(all(
    doctest,
    feature = "actix-web",
    feature = "admission",
    feature = "axum",
    feature = "debug-page",
    feature = "jemalloc",
    feature = "json",
    feature = "poem",
    feature = "prometheus",
    feature = "tower"
))]
mod pages;

pub use bumpalo::Bump;
#[cfg(feature = "admission")]
pub use request_arena_admission as admission;
#[cfg(feature = "serde")]
pub use request_arena_core::deserialize::{self, DeserializeIn};
pub use request_arena_core::{
    Arena, ArenaError, Box, BudgetReport, Bytes, Confidence, Discarded, Exactness, HeapReport,
    Histogram, LimitMode, LiveScope, Nanoseconds, Outcome, Outcomes, PoolReport, RefusedBy, Report,
    RequestScope, ResponseBuffer, ResponseReport, Settings, Site, SiteReport, Suggestion,
    allocator, collections, configure, exemplar, format, handle, heap, maintain, report, scope,
    scope_async, send, text, trim, try_format, try_scope, try_scope_async,
};
#[cfg(feature = "doctor")]
pub use request_arena_telemetry::doctor;
#[cfg(feature = "process")]
pub use request_arena_telemetry::process;
#[cfg(feature = "jemalloc")]
pub use request_arena_telemetry::{jemalloc, use_jemalloc};
#[cfg(feature = "testing")]
pub use request_arena_testing as testing;

/// Exporters, the debug page, and readings of the memory around the arenas.
#[cfg(feature = "telemetry")]
pub mod telemetry {
    pub use request_arena_telemetry::*;
    // By name, too: then the compiler says which feature a missing module needs.
    #[cfg(feature = "debug-page")]
    pub use request_arena_telemetry::debug_page;
    #[cfg(feature = "metrics")]
    pub use request_arena_telemetry::metrics;
    #[cfg(feature = "opentelemetry_0_30")]
    pub use request_arena_telemetry::opentelemetry_0_30;
    #[cfg(feature = "opentelemetry_0_31")]
    pub use request_arena_telemetry::opentelemetry_0_31;
    #[cfg(feature = "opentelemetry_0_32")]
    pub use request_arena_telemetry::opentelemetry_0_32;
    #[cfg(feature = "opentelemetry_0_33")]
    pub use request_arena_telemetry::opentelemetry_0_33;
    #[cfg(feature = "heap-profile")]
    pub use request_arena_telemetry::pprof;
    #[cfg(feature = "prometheus")]
    pub use request_arena_telemetry::prometheus;
    #[cfg(feature = "prometheus_0_13")]
    pub use request_arena_telemetry::prometheus_0_13;
    #[cfg(feature = "prometheus_0_14")]
    pub use request_arena_telemetry::prometheus_0_14;
    #[cfg(feature = "prometheus_client_0_22")]
    pub use request_arena_telemetry::prometheus_client_0_22;
    #[cfg(feature = "prometheus_client_0_23")]
    pub use request_arena_telemetry::prometheus_client_0_23;
    #[cfg(feature = "prometheus_client_0_24")]
    pub use request_arena_telemetry::prometheus_client_0_24;
    #[cfg(feature = "prometheus_client_0_25")]
    pub use request_arena_telemetry::prometheus_client_0_25;
    #[cfg(feature = "prometheus_client_0_26")]
    pub use request_arena_telemetry::prometheus_client_0_26;
    #[cfg(feature = "testing")]
    pub use request_arena_testing as testing;
}

/// The response type for rocket routes that return arena memory.
#[cfg(feature = "rocket")]
pub mod rocket {
    pub use crate::into::rocket::Response;
}

#[cfg(feature = "json")]
pub use json::Json;
#[cfg(feature = "json")]
pub use json_chunks::JsonChunks;
#[cfg(feature = "json")]
pub use request_arena_core::JsonStream;

/// Filters for warp routes that parse a request in an arena.
#[cfg(all(feature = "warp", feature = "json"))]
pub mod warp {
    pub use crate::extract::warp::{form_body, json_body, query_string};
}

pub use attribute::{arena_handler, request_arena};
#[cfg(feature = "serde")]
pub use derive::DeserializeIn;

/// Part of the expansion. The compiler shows this path if an answer has no `Serialize`.
#[cfg(feature = "__json")]
#[doc(hidden)]
pub mod answer {
    pub use crate::into::JsonAnswer;
}

/// The items that `#[request_arena]` expands to. They are not part of the public interface, and
/// change without notice.
#[doc(hidden)]
pub mod __private {
    pub use request_arena_core::expansion::*;

    /// What `#[derive(DeserializeIn)]` expands to.
    #[cfg(feature = "serde")]
    pub use request_arena_core::deserialize::derived;

    /// Decides by a parameter's type whether the function is an axum handler.
    pub mod handler {
        pub use crate::handler::{
            AnyParameter, AnyResponse, AxumParameter, AxumResponse, Parameter, ResponseOf,
        };
    }

    /// Answers a request that does not parse.
    #[cfg(feature = "json")]
    pub mod extract {
        pub use crate::extract::{answer, rejected};
    }

    /// Converts a body's result to the type that `into` names.
    pub mod into {
        pub use crate::into::ResponseWay;

        pub use request_arena_core::expansion::{PlainWay, ResultWay, Target};
    }
}
