//! Shared by the tests of this folder: the cases, the compiler, and its messages.

pub(crate) mod compiler;
pub(crate) mod corpus;
pub(crate) mod message;
pub(crate) mod words;
