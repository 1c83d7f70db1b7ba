//! Whether jemalloc samples allocations.

use request_arena_memory::jemalloc;
use request_arena_memory::jemalloc::profiling::{self, State};

use super::HeapProfileError;

/// The reason why no profile can be taken, if there is one.
pub(super) fn check() -> Result<(), HeapProfileError> {
    let variable = || jemalloc::variable_of(jemalloc::is_prefixed());
    match profiling::state() {
        State::Active { .. } => Ok(()),
        State::Ready => Err(HeapProfileError::Paused { variable: variable() }),
        State::NotGlobal => Err(HeapProfileError::NotGlobal),
        State::NotBuilt => Err(HeapProfileError::NotBuilt),
        State::Unsupported => Err(HeapProfileError::Unsupported),
        _ => Err(HeapProfileError::Off { variable: variable() }),
    }
}
