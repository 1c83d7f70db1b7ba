//! The few calls into C allocators that `request-arena`'s doctor needs and that no safe crate
//! offers. Each is behind a safe function.
//!
//! It is a package of its own, so that the other packages can forbid `unsafe`. It makes no
//! decisions.

#![cfg_attr(docsrs, feature(doc_cfg))]

#[cfg(unix)]
pub mod c;
#[cfg(all(target_os = "linux", target_env = "gnu"))]
pub mod glibc;
pub mod jemalloc;
pub mod libraries;
pub mod mimalloc;
#[cfg(all(feature = "jemalloc", not(windows)))]
pub mod samples;
mod symbols;
