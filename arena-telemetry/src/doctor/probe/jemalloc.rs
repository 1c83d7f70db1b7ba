//! jemalloc, if it is the global allocator.

use core::time::Duration;

use tikv_jemalloc_ctl::{Access, AsName};

use super::{HeapReading, Probe, Serves};
use crate::jemalloc;

#[derive(Debug)]
pub(super) struct Jemalloc;

impl Probe for Jemalloc {
    fn name(&self) -> &'static str {
        "jemalloc"
    }

    fn serves(&mut self) -> Serves {
        let (rust, c) = (jemalloc::is_global(), !jemalloc::is_prefixed());
        Serves::new(
            rust,
            c,
            "whether its counter of this thread moves at an allocation of Rust's and at opening a folder, which is C's",
        )
    }

    fn read(&mut self) -> Option<HeapReading> {
        let reading = jemalloc::read().ok()?;
        Some(HeapReading {
            live_bytes: Some(reading.allocated_bytes),
            active_bytes: Some(reading.active_bytes),
            dirty_bytes: Some(reading.dirty_bytes),
            muzzy_bytes: Some(reading.muzzy_bytes),
            metadata_bytes: Some(reading.metadata_bytes),
        })
    }

    fn decay(&self) -> Option<Duration> {
        let read = |name: &'static [u8]| -> Option<isize> { name.name().read().ok() };
        let dirty = u64::try_from(read(b"arenas.dirty_decay_ms\0")?).ok()?;
        let muzzy = u64::try_from(read(b"arenas.muzzy_decay_ms\0")?).ok()?;
        Some(Duration::from_millis(dirty + muzzy))
    }

    fn release(&mut self) -> bool {
        false
    }
}
