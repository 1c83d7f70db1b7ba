//! jemalloc's figures, collected at most ten times a second.

use core::time::Duration;
use std::sync::{Mutex, PoisonError};
use std::time::Instant;

use tikv_jemalloc_ctl::{Access, AsName, Mib};

use super::{Error, Reading, probe};

/// The maximum age of a [reading](read).
pub const MAX_AGE: Duration = Duration::from_millis(100);

/// Reads the memory that jemalloc holds. The reading is at most [`MAX_AGE`] old.
///
/// jemalloc adds its figures up on request (`epoch`). For that it takes its locks one after
/// another, and allocating threads may wait for a moment. So readers share a reading for
/// [`MAX_AGE`].
///
/// A new reading costs 40 us in a process with few threads, and 170 us with 64 threads, since each
/// thread's cache is counted. A shared one costs 40 ns.
///
/// ```standalone_crate
/// request_arena_memory::use_jemalloc!();
/// let reading = request_arena_memory::jemalloc::read().unwrap();
/// assert!(reading.allocated_bytes <= reading.active_bytes);
/// assert!(reading.active_bytes <= reading.resident_bytes);
/// println!("fragmentation: {:.2}", reading.fragmentation().unwrap());
/// ```
///
/// # Errors
///
/// If jemalloc is not the global allocator, or refuses to answer.
pub fn read() -> Result<Reading, Error> {
    of_cache(Cache::read)
}

/// Like [`read`], but never returns a shared reading. Use it to compare with other figures of this
/// moment.
///
/// # Errors
///
/// Fails under the same conditions as [`read`].
pub fn read_now() -> Result<Reading, Error> {
    of_cache(Cache::read_now)
}

fn of_cache(read: impl FnOnce(&mut Cache) -> Result<Reading, Error>) -> Result<Reading, Error> {
    static CACHE: Mutex<Cache> = Mutex::new(Cache { keys: None, last: None });
    if !probe::is_global() {
        return Err(Error::NotGlobal);
    }
    // A reader that panics leaves the cache as it was.
    read(&mut CACHE.lock().unwrap_or_else(PoisonError::into_inner))
}

struct Cache {
    keys: Option<Keys>,
    last: Option<(Instant, Reading)>,
}

impl Cache {
    fn read(&mut self) -> Result<Reading, Error> {
        match self.last {
            Some((then, reading)) if then.elapsed() < MAX_AGE => Ok(reading),
            _ => self.read_now(),
        }
    }

    fn read_now(&mut self) -> Result<Reading, Error> {
        let keys = match self.keys {
            Some(keys) => keys,
            None => *self.keys.insert(Keys::find()?),
        };
        let reading = keys.read()?;
        self.last = Some((Instant::now(), reading));
        Ok(reading)
    }
}

/// jemalloc's numbers for the names of its figures. Looking them up once saves parsing the names.
#[derive(Clone, Copy)]
struct Keys {
    epoch: Mib<[usize; 1]>,
    allocated: Mib<[usize; 2]>,
    active: Mib<[usize; 2]>,
    resident: Mib<[usize; 2]>,
    metadata: Mib<[usize; 2]>,
    retained: Mib<[usize; 2]>,
    mapped: Mib<[usize; 2]>,
    // 4096 is jemalloc's number for all arenas together.
    dirty: Mib<[usize; 4]>,
    muzzy: Mib<[usize; 4]>,
    background_thread: Mib<[usize; 1]>,
    page: u64,
}

impl Keys {
    fn find() -> Result<Self, Error> {
        let page: Mib<[usize; 2]> = find("arenas.page\0")?;
        Ok(Self {
            epoch: find("epoch\0")?,
            allocated: find("stats.allocated\0")?,
            active: find("stats.active\0")?,
            resident: find("stats.resident\0")?,
            metadata: find("stats.metadata\0")?,
            retained: find("stats.retained\0")?,
            mapped: find("stats.mapped\0")?,
            dirty: find("stats.arenas.4096.pdirty\0")?,
            muzzy: find("stats.arenas.4096.pmuzzy\0")?,
            background_thread: find("background_thread\0")?,
            page: bytes(page, "arenas.page")?,
        })
    }

    fn read(&self) -> Result<Reading, Error> {
        self.epoch.write(1_u64).map_err(Error::refused("epoch"))?;
        Ok(Reading {
            allocated_bytes: bytes(self.allocated, "stats.allocated")?,
            active_bytes: bytes(self.active, "stats.active")?,
            resident_bytes: bytes(self.resident, "stats.resident")?,
            metadata_bytes: bytes(self.metadata, "stats.metadata")?,
            retained_bytes: bytes(self.retained, "stats.retained")?,
            mapped_bytes: bytes(self.mapped, "stats.mapped")?,
            dirty_bytes: bytes(self.dirty, "stats.arenas.4096.pdirty")? * self.page,
            muzzy_bytes: bytes(self.muzzy, "stats.arenas.4096.pmuzzy")? * self.page,
            background_thread: self
                .background_thread
                .read()
                .map_err(Error::refused("background_thread"))?,
        })
    }
}

/// jemalloc's number for a name. The name ends in a zero byte.
fn find<const N: usize>(name: &'static str) -> Result<Mib<[usize; N]>, Error>
where
    [usize; N]: Default,
{
    name.name().mib().map_err(Error::refused(name.trim_end_matches('\0')))
}

fn bytes(key: impl Access<usize>, name: &'static str) -> Result<u64, Error> {
    key.read().map(|bytes| bytes as u64).map_err(Error::refused(name))
}
