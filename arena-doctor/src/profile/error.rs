//! Why there is no heap profile, and what to do.

use core::fmt;
use std::io;

use request_arena_memory::jemalloc::profiling;

/// Why there is no heap profile. Its `Display` says what to do.
#[derive(Debug)]
#[non_exhaustive]
pub enum HeapProfileError {
    /// jemalloc is linked, but is not the global allocator.
    NotGlobal,
    /// The linked jemalloc cannot sample.
    NotBuilt,
    /// jemalloc's profiler does not work on this platform.
    Unsupported,
    /// Sampling was not enabled when the process started. It cannot be enabled later.
    Off {
        /// The environment variable that this build of jemalloc reads.
        variable: &'static str,
    },
    /// Sampling is ready, but off. `jemalloc::profiling::activate` turns it on.
    Paused {
        /// The environment variable that this build of jemalloc reads.
        variable: &'static str,
    },
    /// The temporary file for jemalloc's profile cannot be created.
    File(io::Error),
    /// jemalloc cannot write the profile.
    Dump(io::Error),
    /// jemalloc's profile has an unknown format.
    Unreadable(String),
    /// A picture cannot be drawn, since nothing was sampled yet.
    NoSamples,
    /// Sampling was off for a time between two profiles, so their difference has not all that came.
    Interrupted,
}

impl fmt::Display for HeapProfileError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotGlobal => f.write_str(
                "jemalloc is not the global allocator: is \
                `use_jemalloc!()` in `main`?",
            ),
            Self::NotBuilt => f.write_str(
                "jemalloc is built without profiling, although the feature `heap-profile` is on: \
                 does `JEMALLOC_OVERRIDE` name another library?",
            ),
            Self::Unsupported => f.write_str(profiling::UNSUPPORTED),
            Self::Off { variable } => {
                write!(
                    f,
                    "jemalloc does not sample: start the process with \
                    {variable}=prof:true,lg_prof_sample:19"
                )
            }
            Self::Paused { variable } => write!(
                f,
                "jemalloc's sampling is ready, but off: turn it on with `POST \
                 /debug/pprof/heap/activate` (`telemetry::pprof`) or \
                 `jemalloc::profiling::activate`, or start the process with \
                 {variable}=prof_active:true"
            ),
            Self::File(error) => {
                write!(
                    f,
                    "cannot create a temporary file for jemalloc's profile ({error}): set \
                    TMPDIR to a writable directory"
                )
            }
            Self::Dump(error) => write!(
                f,
                "jemalloc cannot write its profile ({error}): is the temporary directory (TMPDIR) \
                 full, or `/proc` not mounted?"
            ),
            Self::NoSamples => f.write_str(
                "jemalloc has no sample of live memory yet: ask again when the program has \
                 allocated some MiB",
            ),
            Self::Interrupted => f.write_str(
                "jemalloc's sampling was off for a time between the two profiles: ask again while \
                 it is on",
            ),
            Self::Unreadable(reason) => write!(
                f,
                "jemalloc wrote a heap profile of an unknown \
                format: {reason}"
            ),
        }
    }
}

impl core::error::Error for HeapProfileError {
    fn source(&self) -> Option<&(dyn core::error::Error + 'static)> {
        match self {
            Self::File(error) | Self::Dump(error) => Some(error),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_says_what_to_do() {
        let variable = "_RJEM_MALLOC_CONF";
        let full = || io::Error::from(io::ErrorKind::StorageFull);
        for (error, words) in [
            (HeapProfileError::NotGlobal, "use_jemalloc"),
            (HeapProfileError::NotBuilt, "JEMALLOC_OVERRIDE"),
            (HeapProfileError::Off { variable }, "_RJEM_MALLOC_CONF=prof:true"),
            (HeapProfileError::Unsupported, "x86_64-unknown-linux-gnu"),
            (HeapProfileError::Paused { variable }, "_RJEM_MALLOC_CONF=prof_active:true"),
            (HeapProfileError::Paused { variable }, "POST /debug/pprof/heap/activate"),
            (HeapProfileError::NoSamples, "some MiB"),
            (HeapProfileError::Interrupted, "ask again"),
            (HeapProfileError::File(full()), "TMPDIR"),
            (HeapProfileError::Dump(full()), "TMPDIR"),
        ] {
            let said = error.to_string();
            assert!(said.contains(words) && said.len() < 240, "{said}");
        }
    }
}
