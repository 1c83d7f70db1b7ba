//! Whether jemalloc samples allocations.

use request_arena_memory::jemalloc;
use tikv_jemalloc_ctl::{Access, AsName};

use super::HeapProfileError;

/// The reason why no profile can be taken, if there is one.
pub(super) fn check() -> Result<(), HeapProfileError> {
    if !jemalloc::is_global() {
        return Err(HeapProfileError::NotGlobal);
    }
    let is_on = |name: &'static [u8]| name.name().read().unwrap_or(false);
    let variable = || jemalloc::variable_of(jemalloc::is_prefixed());
    if !is_on(b"config.prof\0") {
        return Err(HeapProfileError::NotBuilt);
    }
    if !is_on(b"opt.prof\0") {
        return Err(HeapProfileError::Off { variable: variable() });
    }
    if !is_on(b"prof.active\0") {
        return Err(HeapProfileError::Paused { variable: variable() });
    }
    Ok(())
}
