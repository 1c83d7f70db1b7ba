//! What the tests of this folder stand on: the cases, the compiler that refuses them, and its words.

pub(crate) mod compiler;
pub(crate) mod corpus;
pub(crate) mod message;
pub(crate) mod words;
