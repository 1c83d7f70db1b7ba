//! Reads the counters from `/proc`.

use core::fmt;

use super::ProcessReading;

/// Why the process's counters cannot be read.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Error {
    /// The operating system has no `/proc` as Linux does.
    Unsupported,
    /// A file cannot be read, or lacks a counter.
    Unreadable {
        /// The file.
        file: &'static str,
        /// The problem.
        reason: String,
    },
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unsupported => {
                f.write_str("memory readings of the process need `/proc`, which only Linux has")
            }
            Self::Unreadable { file, reason } => write!(
                f,
                "cannot read {file}: {reason} (is \
                `/proc` mounted and visible?)"
            ),
        }
    }
}

impl core::error::Error for Error {}

/// Reads the memory that the process holds.
///
/// It reads `/proc/self/status` and `/proc/self/stat` each time. For
/// [`lazily_freed_bytes`](ProcessReading::lazily_freed_bytes) and
/// [`huge_page_bytes`](ProcessReading::huge_page_bytes) it reads `/proc/self/smaps_rollup`, and the
/// kernel walks the process's page tables. These figures are reused for a second, and for a hundred
/// times as long as the walk took. So walks take at most a hundredth of a processor.
///
/// A reading costs 50 us. A walk costs 10 to 20 ms for each GiB of physical memory.
///
/// ```
/// # #[cfg(target_os = "linux")] {
/// let process = request_arena_memory::process::read().unwrap();
/// println!("{} of {} bytes are mapped files", process.file_bytes, process.rss_bytes);
/// # }
/// ```
///
/// # Errors
///
/// Returns [`Error::Unsupported`] on systems other than Linux, and [`Error::Unreadable`] if `/proc`
/// is not visible to the process.
pub fn read() -> Result<ProcessReading, Error> {
    system::read()
}

/// Like [`read`], but without [`lazily_freed_bytes`](ProcessReading::lazily_freed_bytes) and
/// [`huge_page_bytes`](ProcessReading::huge_page_bytes), for which the kernel walks page tables. It
/// costs 50 us each time, and 0.3 us more for each thread.
///
/// # Errors
///
/// Fails under the same conditions as [`read`].
pub fn read_counters() -> Result<ProcessReading, Error> {
    let mut reading = read_memory()?;
    add_counters(&mut reading)?;
    Ok(reading)
}

/// Like [`read_counters`], but without the figures that the kernel adds up over all threads: page
/// faults and processor times are 0. It costs 20 to 40 us, however many threads there are.
///
/// # Errors
///
/// Fails under the same conditions as [`read`].
pub fn read_memory() -> Result<ProcessReading, Error> {
    system::read_memory()
}

/// Adds to a reading of [`read_memory`] the figures that the kernel adds up over all threads: page
/// faults and processor times.
///
/// # Errors
///
/// Fails under the same conditions as [`read`], and leaves the reading as it is.
pub fn add_counters(reading: &mut ProcessReading) -> Result<(), Error> {
    system::add_counters(reading)
}

/// The bytes that this process has written since its start, without those for a disk: to files on
/// tmpfs, pipes, and sockets. From `/proc/self/io`: `wchar` less `write_bytes`. `None` if that is
/// not readable. It costs 10 us.
///
/// Writes to mapped files do not count, and `send` to a socket does not, either.
#[must_use]
pub fn written_to_memory() -> Option<u64> {
    system::written_to_memory()
}

#[cfg(any(target_os = "linux", target_os = "android"))]
mod system {
    use core::time::Duration;
    use std::fs::File;
    use std::io::Read;
    use std::sync::{Mutex, PoisonError};
    use std::time::Instant;

    use procfs::process::{Io, SmapsRollup, Stat};
    use procfs::{FromRead, ProcError};

    use super::{Error, ProcessReading};

    pub(super) fn read() -> Result<ProcessReading, Error> {
        let Walked { lazily_freed, huge } = walked();
        let counters = super::read_counters()?;
        Ok(ProcessReading { lazily_freed_bytes: lazily_freed, huge_page_bytes: huge, ..counters })
    }

    pub(super) fn written_to_memory() -> Option<u64> {
        let io = Io::from_file("/proc/self/io").ok()?;
        Some(io.wchar.saturating_sub(io.write_bytes))
    }

    pub(super) fn add_counters(reading: &mut ProcessReading) -> Result<(), Error> {
        const STAT: &str = "/proc/self/stat";
        let stat = Stat::from_file(STAT).map_err(unreadable(STAT))?;
        let micros = |ticks: u64| ticks * 1_000_000 / procfs::ticks_per_second().max(1);
        reading.minor_page_faults = stat.minflt;
        reading.major_page_faults = stat.majflt;
        reading.user_micros = micros(stat.utime);
        reading.system_micros = micros(stat.stime);
        Ok(())
    }

    pub(super) fn read_memory() -> Result<ProcessReading, Error> {
        const STATUS: &str = "/proc/self/status";
        // A full parse makes a map of sixty names and values.
        let text = status(STATUS)?;
        let value = |name: &str| {
            let mut lines = text.lines().filter_map(|line| line.split_once(':'));
            let value = lines.find(|(known, _)| *known == name).map(|(_, value)| value);
            let number = value.and_then(|value| value.split_whitespace().next()?.parse().ok());
            number.ok_or_else(|| missing(STATUS, name))
        };
        let kib = |name: &str| value(name).map(|kib: u64| kib * 1024);
        Ok(ProcessReading {
            rss_bytes: kib("VmRSS")?,
            anonymous_bytes: kib("RssAnon")?,
            file_bytes: kib("RssFile")?,
            shared_bytes: kib("RssShmem")?,
            swapped_bytes: kib("VmSwap")?,
            virtual_bytes: kib("VmSize")?,
            page_table_bytes: kib("VmPTE")?,
            threads: value("Threads")?,
            ..ProcessReading::default()
        })
    }

    /// The file's text, which the kernel gives in one piece.
    fn status(file: &'static str) -> Result<String, Error> {
        const MOST_BYTES: usize = 8192;
        let unreadable =
            |error: std::io::Error| Error::Unreadable { file, reason: error.to_string() };
        let mut text = vec![0; MOST_BYTES];
        let length = File::open(file).and_then(|mut file| file.read(&mut text));
        text.truncate(length.map_err(unreadable)?);
        Ok(String::from_utf8_lossy(&text).into_owned())
    }

    fn missing(file: &'static str, name: &str) -> Error {
        Error::Unreadable { file, reason: format!("there is no {name} in it") }
    }

    fn unreadable(file: &'static str) -> impl Fn(ProcError) -> Error {
        move |error| Error::Unreadable { file, reason: error.to_string() }
    }

    /// Figures for which the kernel walks the page tables.
    #[derive(Clone, Copy, Default)]
    struct Walked {
        lazily_freed: Option<u64>,
        huge: Option<u64>,
    }

    /// The last figures, and when the next walk may start.
    struct Walk {
        next: Instant,
        walked: Walked,
    }

    fn walked() -> Walked {
        static LAST: Mutex<Option<Walk>> = Mutex::new(None);
        let mut last = LAST.lock().unwrap_or_else(PoisonError::into_inner);
        let began = Instant::now();
        if let Some(walk) = last.as_ref().filter(|walk| began < walk.next) {
            return walk.walked;
        }
        let walked = walk().unwrap_or_default();
        let pause = (began.elapsed() * 100).max(Duration::from_secs(1));
        *last = Some(Walk { next: began + pause, walked });
        walked
    }

    fn walk() -> Option<Walked> {
        let rollup = SmapsRollup::from_file("/proc/self/smaps_rollup").ok()?;
        // procfs gives the figures in bytes.
        let figures = &rollup.memory_map_rollup.0.first()?.extension.map;
        let of = |name| figures.get(name).copied();
        Some(Walked { lazily_freed: of("LazyFree"), huge: of("AnonHugePages") })
    }
}

#[cfg(not(any(target_os = "linux", target_os = "android")))]
mod system {
    use super::{Error, ProcessReading};

    pub(super) fn read() -> Result<ProcessReading, Error> {
        Err(Error::Unsupported)
    }

    pub(super) fn add_counters(_reading: &mut ProcessReading) -> Result<(), Error> {
        Err(Error::Unsupported)
    }

    pub(super) fn read_memory() -> Result<ProcessReading, Error> {
        Err(Error::Unsupported)
    }

    pub(super) fn written_to_memory() -> Option<u64> {
        None
    }
}
