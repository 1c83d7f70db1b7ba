//! Why jemalloc's figures cannot be read.

use core::fmt;

/// Why jemalloc's figures cannot be read.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Error {
    /// jemalloc is in the program, but not its global allocator: its figures would be those of an
    /// allocator that nobody uses.
    NotGlobal,
    /// jemalloc does not answer a question.
    Refused {
        /// The question, in jemalloc's words.
        key: &'static str,
        /// jemalloc's answer.
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
            Self::Refused { key, reason } => {
                write!(f, "jemalloc does not answer `{key}`: {reason}")
            }
        }
    }
}

impl core::error::Error for Error {}
