//! The primitives under the ledger: a test compiles the same file over `loom`'s, which tries every interleaving.

pub(crate) use std::sync::{Arc, Mutex};
