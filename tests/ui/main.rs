//! The compile-time errors that users meet: each case of these folders is refused, in pinned words that teach; and each repair compiles.

mod chapter;
mod harness;
mod properties;
mod refused;
mod twins;
