//! Shared by the tests of all frameworks: a real client, and the checks that every framework has to
//! pass.
//!
//! Each file under `tests/` is one framework. It serves the same handlers on a loopback socket, in
//! the way of that framework. The [`suite`] calls them over the network as a client, and then reads
//! the report.

mod client;
mod dropped;
pub mod orders;
pub mod parsed;
mod sites;
pub mod suite;

pub use client::{Answer, HangUp, Lines, content_type, get, post};
pub use dropped::{Dropped, Probe};
pub use sites::{ends_as, live, site, until};

/// Compiles the code of `docs/book/src/frameworks.md`.
#[cfg(doctest)]
#[doc = include_str!("../../../docs/book/src/frameworks.md")]
struct Frameworks;

/// Compiles the code of `docs/book/src/streaming.md`.
#[cfg(doctest)]
#[doc = include_str!("../../../docs/book/src/streaming.md")]
struct Streaming;
