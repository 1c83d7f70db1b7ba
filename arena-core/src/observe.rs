//! The observer's interface, for `request_arena::testing`. It is not part of the public interface.

use core::time::Duration;

use crate::site::Site;
use crate::slot::{Open, registry};
use crate::thread::arenas;

pub use crate::observer::{Observer, Seen, heap_reading, install, want};

/// Frees the arenas that this thread keeps for later scopes, and no others.
///
/// [`trim`](crate::trim) frees the arenas of other threads too, on this thread. jemalloc then
/// counts their bytes as freed here.
pub fn trim_thread() {
    arenas::trim_own();
}

/// An open scope that is observed.
#[derive(Clone, Copy, Debug)]
pub struct ObservedScope {
    /// The site of the scope.
    pub site: &'static Site,
    /// The observer's token for the scope.
    pub token: u64,
    /// The minimum age of the scope: the time since the first look that found it.
    pub age: Duration,
    /// Bytes of chunks that the scope holds.
    pub in_use_bytes: u64,
}

/// Returns the open scopes that are observed.
#[must_use]
pub fn open_scopes() -> Vec<ObservedScope> {
    let of = |open: Open| {
        let (site, token) = (Site::numbered(open.site)?, open.slot.token()?);
        Some(ObservedScope { site, token, age: open.age, in_use_bytes: open.in_use })
    };
    registry::open_scopes().into_iter().filter_map(of).collect()
}
