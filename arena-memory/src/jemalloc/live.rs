//! Live bytes of the process and of the current thread, without caching.

use tikv_jemalloc_ctl::thread::{allocatedp, deallocatedp};
use tikv_jemalloc_ctl::{Access, AsName};

use super::Error;

/// Returns the bytes of the process's live allocations: `stats.allocated` without the threads'
/// caches.
///
/// # Errors
///
/// Returns an error if jemalloc does not answer.
pub fn live_bytes() -> Result<u64, Error> {
    "epoch\0".name().write(1_u64).map_err(Error::refused("epoch"))?;
    // 4096 is jemalloc's number for all arenas together.
    Ok(bytes("stats.allocated\0")?.saturating_sub(bytes("stats.arenas.4096.tcache_bytes\0")?))
}

fn bytes(name: &'static str) -> Result<u64, Error> {
    let bytes: Result<usize, _> = name.name().read();
    bytes.map(|bytes| bytes as u64).map_err(Error::refused(name.trim_end_matches('\0')))
}

/// Returns the bytes that the current thread has allocated since it began, less the bytes that it
/// has freed. The result is negative if the thread freed memory that other threads allocated. It is
/// `None` if jemalloc does not count.
#[must_use]
pub fn net_of_thread() -> Option<i64> {
    let (allocated, freed) = (allocatedp::read().ok()?, deallocatedp::read().ok()?);
    Some(allocated.get().wrapping_sub(freed.get()) as i64)
}
