//! What an operator reads: totals over threads that come and go, open scopes, what the pool keeps
//! and for how long, durations.

mod live;
mod retention;
#[path = "../support/mod.rs"]
mod support;
mod totals;
