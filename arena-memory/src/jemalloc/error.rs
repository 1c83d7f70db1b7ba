//! Why jemalloc's figures cannot be read.

use core::fmt;

/// Why jemalloc's figures cannot be read.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Error {
    /// jemalloc is linked, but is not the global allocator. Its figures would say nothing about the
    /// program.
    NotGlobal,
    /// jemalloc does not pass its samples on. It profiles only with `prof:true`, passes samples on
    /// from version 5.3.1, and to one function: another library may have set its own.
    NoHooks,
    /// `CountingAllocator` samples the same allocations, by
    /// [`heap::live::start`](request_arena_core::heap::live::start).
    OtherSampler,
    /// jemalloc refuses to read or write a key.
    Refused {
        /// jemalloc's name for the figure or option.
        key: &'static str,
        /// The reason that jemalloc gives.
        reason: String,
    },
}

impl Error {
    pub(super) fn refused(key: &'static str) -> impl Fn(tikv_jemalloc_ctl::Error) -> Self {
        move |error| Self::Refused { key, reason: error.to_string() }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotGlobal => {
                f.write_str("jemalloc is not the global allocator: is `use_jemalloc!()` in `main`?")
            }
            Self::NoHooks => f.write_str(
                "jemalloc does not pass its samples on: start the process with `prof:true` in \
                 jemalloc's variable, use jemalloc 5.3.1 or later, and remove other libraries that \
                 set its hooks",
            ),
            Self::OtherSampler => f.write_str(
                "`CountingAllocator` samples the same allocations: remove it, or the call of \
                 `heap::live::start`",
            ),
            Self::Refused { key, reason } => {
                write!(f, "jemalloc refuses `{key}`: {reason}")
            }
        }
    }
}

impl core::error::Error for Error {}
