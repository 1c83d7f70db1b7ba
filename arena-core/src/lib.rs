//! The core of [`request-arena`](https://docs.rs/request-arena): the [`Arena`] handle, its scopes,
//! the pool, and the figures of each handler.
//!
//! Depend on the facade `request-arena`, which adds the `#[request_arena]` macro. This crate
//! depends on no async runtime and no HTTP library, and installs no global allocator.
//!
//! The modules, from the top. Each one uses only modules below it:
//!
//! | module | content |
//! |---|---|
//! | `report` | [`report()`]: the figures of every site |
//! | `demand` | the figures of a site for admission control |
//! | `expansion` | the code that `#[request_arena]` expands to |
//! | `scope` | [`scope()`], [`scope_async()`], the guard [`RequestScope`], and one run of a scope |
//! | `maintain` | the thread that frees unused arenas and warns of scopes that stay open |
//! | `deserialize` | `DeserializeIn`: values that serde fills, in an arena |
//! | `text`, `collections` | strings and collections in an arena |
//! | `arena` | [`Arena`], its methods, and the allocators of collections |
//! | `buffer` | [`ResponseBuffer`]: the bytes of a response, in memory of the pool |
//! | `thread` | the state of each thread: its counters, its part of the pool, closed arenas |
//! | `pool` | free arenas, between two scopes |
//! | `lease` | one `Bump` for one scope, with its figures and its limit |
//! | `slot` | an open scope, as other threads see it |
//! | `exemplar` | the trace of each handler's largest request |
//! | `site` | [`Site`]: one annotated function |
//! | `figures`, `coverage`, `settings` | counters, heap use outside the arenas, [`Settings`] |
//! | `live_heap` | live heap memory by handler, from an allocator's samples |
//! | `budget` | the bytes of chunks that all arenas together may take |
//! | `error`, `limit` | [`ArenaError`], and the panic that `on_limit` answers |
//! | `sync`, `clock`, `signals`, `panics` | locks, barriers, the coarse clock, kept panics |
//! | `printable` | names without control characters |
//!
//! [`heap`] and `observe` only re-export.

#![cfg_attr(feature = "nightly", feature(allocator_api, cfg_accessible))]
#![cfg_attr(
    feature = "nightly",
    allow(unused_qualifications, reason = "std and `allocator-api2` can have the same types")
)]
#![cfg_attr(docsrs, feature(doc_cfg))]

mod arena;
mod budget;
mod buffer;
mod clock;
pub mod collections;
mod coverage;
#[doc(hidden)]
pub mod demand;
#[cfg(feature = "serde")]
pub mod deserialize;
mod error;
pub mod exemplar;
#[doc(hidden)]
pub mod expansion;
mod figures;
pub mod heap;
mod lease;
mod limit;
mod live_heap;
mod maintain;
#[doc(hidden)]
pub mod observe;
mod observer;
mod panics;
mod pool;
#[doc(hidden)]
pub mod printable;
mod report;
mod scope;
pub mod send;
mod settings;
mod signals;
mod site;
mod slot;
mod sync;
pub mod text;
mod thread;

pub use arena::boxed::Box;
pub use arena::handle::Arena;
pub use arena::{allocator, handle};
pub use buffer::ResponseBuffer;
#[cfg(feature = "json")]
pub use buffer::stream::JsonStream;
pub use error::{ArenaError, RefusedBy};
pub use figures::histogram::{Bytes, Histogram, Nanoseconds};
pub use figures::stats::{Exactness, Outcome, Outcomes};
pub use maintain::maintain;
pub use pool::report::{Discarded, PoolReport};
pub use report::{
    BudgetReport, Confidence, Counts, HeapReport, LiveHeapReport, LiveScope, Report,
    ResponseReport, SiteReport, Suggestion, report,
};
pub use scope::guard::RequestScope;
pub use scope::{scope, scope_async, try_scope, try_scope_async};
pub use settings::{Settings, configure};
pub use site::{LimitMode, Site};
pub use thread::arenas::trim;
