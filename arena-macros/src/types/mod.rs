//! Answers questions about the types in a signature, and rewrites them.

pub(crate) mod future;
pub(crate) mod lifetimes;
pub(crate) mod result;
