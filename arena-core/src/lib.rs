//! The core of [`request-arena`](https://docs.rs/request-arena): the [`Arena`] handle, its scopes,
//! the pool, and what is counted.
//!
//! Use the facade `request-arena`, which has the `#[request_arena]` macro and all of this under one
//! name. This crate knows no async runtime, no HTTP and no allocator of its own.
//!
//! How the parts lie on each other, from the bottom:
//!
//! * [`lease`](self) (private): one `Bump` for the time of one scope, with what is counted about
//!   it, taken from the pool,
//! * [`Arena`]: the handle through which a lease is reached,
//! * [`RequestScope`], [`scope`], [`scope_async`]: the owners of leases,
//! * [`Site`] and [`report`]: where the figures of a scope go when it ends.

pub mod allocator;
mod around;
mod at_end;
mod barrier;
mod boxed;
mod branch;
mod budget;
mod cells;
mod claim;
mod clock;
pub mod collections;
mod counted;
mod error;
mod event;
#[doc(hidden)]
pub mod expansion;
mod growth;
pub mod handle;
pub mod heap;
mod histogram;
mod lease;
mod lease_ref;
mod leaves;
mod ledger;
mod limit;
mod local;
mod maintain;
mod measures;
#[doc(hidden)]
pub mod observe;
mod passing;
mod pool;
mod report;
mod scope;
pub mod send;
mod settings;
mod shared;
mod signals;
mod site;
mod slices;
mod slot;
mod stats;
mod sync;
pub mod text;
mod unshared;
mod values;
mod visit;

pub use boxed::Box;
pub use error::ArenaError;
pub use handle::Arena;
pub use histogram::{Bytes, Histogram, Nanoseconds};
pub use maintain::maintain;
pub use pool::{Discarded, PoolReport, trim};
pub use report::{HeapReport, LiveScope, Report, SiteReport, report};
pub use scope::{RequestScope, scope, scope_async, try_scope, try_scope_async};
pub use settings::{Settings, configure};
pub use site::Site;
pub use stats::{Exactness, Outcome, Outcomes};
