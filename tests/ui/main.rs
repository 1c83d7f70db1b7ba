//! Compile errors of users: each case in these folders is refused in its pinned words, and each
//! repair compiles.

mod chapter;
mod harness;
mod properties;
mod refused;
mod twins;
