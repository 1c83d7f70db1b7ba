//! The primitives under the statistics: a test compiles the same files over `loom`'s, which tries every interleaving.

pub(crate) use std::sync::atomic::AtomicU64;
pub(crate) use std::sync::{Arc, Mutex};
