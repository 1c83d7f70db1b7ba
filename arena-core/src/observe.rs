//! What `request_arena::testing` stands on: an observer of scopes. Not part of the public interface.

use core::time::Duration;

use crate::site::Site;
use crate::slot::{Open, registry};

pub use crate::observer::{Observer, Seen, heap_reading, install, want};

/// An observed scope that is open.
#[derive(Clone, Copy, Debug)]
pub struct ObservedScope {
    /// The site that opened it.
    pub site: &'static Site,
    /// The observer's token for it.
    pub token: u64,
    /// How long it has been open at least: since the first look that found it.
    pub age: Duration,
    /// Bytes of chunks that it holds.
    pub in_use_bytes: u64,
}

/// The observed scopes that are open.
#[must_use]
pub fn open_scopes() -> Vec<ObservedScope> {
    let of = |open: Open| {
        let (site, token) = (Site::numbered(open.site)?, open.slot.token()?);
        Some(ObservedScope { site, token, age: open.age, in_use_bytes: open.in_use })
    };
    registry::open_scopes().into_iter().filter_map(of).collect()
}
