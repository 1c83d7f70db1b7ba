//! jemalloc, if it is the global allocator.

use core::time::Duration;

use request_arena_memory::jemalloc;
use tikv_jemalloc_ctl::{Access, AsName, background_thread};

use super::{HeapReading, Probe, Serves};

#[derive(Debug, Default)]
pub(super) struct Jemalloc;

/// Bytes and number of live allocations above the size classes of slabs, at the last epoch.
fn large() -> Option<(u64, u64)> {
    let of = |name: &'static [u8]| -> Option<u64> { name.name().read().ok() };
    let bytes: usize = b"stats.arenas.4096.large.allocated\0".name().read().ok()?;
    let made = of(b"stats.arenas.4096.large.nmalloc\0")?;
    let freed = of(b"stats.arenas.4096.large.ndalloc\0")?;
    Some((bytes as u64, made.saturating_sub(freed)))
}

impl Probe for Jemalloc {
    fn name(&self) -> &'static str {
        "jemalloc"
    }

    fn serves(&mut self) -> Serves {
        let (rust, c) = (jemalloc::is_global(), !jemalloc::is_prefixed());
        let evidence = "jemalloc's counter of the thread was read before and after Rust allocated, \
            and before and after a directory was opened, for which C allocates";
        Serves::new(rust, c, evidence)
    }

    fn read(&mut self) -> Option<HeapReading> {
        // The arenas' figures are of this moment, and their chunks are in this reading.
        let reading = jemalloc::read_now().ok()?;
        let (large_bytes, large_count) = large().unzip();
        Some(HeapReading {
            live_bytes: Some(reading.allocated_bytes),
            peak_bytes: None,
            active_bytes: Some(reading.active_bytes),
            dirty_bytes: Some(reading.dirty_bytes),
            muzzy_bytes: Some(reading.muzzy_bytes),
            metadata_bytes: Some(reading.metadata_bytes),
            large_bytes,
            large_count,
        })
    }

    fn decay(&self) -> Option<Duration> {
        let millis = |name: &'static [u8]| -> Option<u64> {
            let millis: isize = name.name().read().ok()?;
            u64::try_from(millis).ok()
        };
        let millis = millis(b"arenas.dirty_decay_ms\0")? + millis(b"arenas.muzzy_decay_ms\0")?;
        Some(Duration::from_millis(millis))
    }

    fn release(&mut self) -> bool {
        jemalloc::is_global() && request_arena_sys::jemalloc::purge()
    }

    fn purged_pages(&mut self) -> Option<u64> {
        // The figures are those of the last reading.
        let of = |name: &'static [u8]| -> Option<u64> { name.name().read().ok() };
        let by_threads = background_thread::read().is_ok_and(|on| !on) && jemalloc::is_global();
        let pages = || -> Option<u64> {
            Some(
                of(b"stats.arenas.4096.dirty_purged\0")? + of(b"stats.arenas.4096.muzzy_purged\0")?,
            )
        };
        by_threads.then(pages).flatten()
    }

    fn keeps_less(&self) -> Option<String> {
        let advice = match (background_thread::read(), self.decay()) {
            (_, None) => {
                "set dirty_decay_ms and muzzy_decay_ms to a time: at -1 jemalloc never gives pages \
                 back"
            }
            (Ok(false), _) => {
                "turn jemalloc's background thread on (`use_jemalloc!()`, or \
                 `background_thread:true`): without it a thread's pages are given back only while \
                 that thread allocates"
            }
            _ => "set jemalloc's dirty_decay_ms lower",
        };
        Some(advice.into())
    }
}
