//! What the tests of all frameworks share: a real client, and what each of them has to show about
//! its handlers.
//!
//! Each file under `tests/` is one framework. It serves the same few handlers on a loopback socket,
//! in the way that this framework has for it, and the [`suite`] asks them as a client over the
//! network and then reads the report.

mod client;
mod dropped;
pub mod orders;
mod sites;
pub mod suite;

pub use client::{Answer, HalfWay, Lines, content_type, get};
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
