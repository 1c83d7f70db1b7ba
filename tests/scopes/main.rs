//! Every way out of a scope is counted as what it was, leaves no scope open, and brings every arena
//! back.

mod at_end;
mod ends;
mod forks;
mod futures_dropped;
#[path = "../support/mod.rs"]
mod support;
mod threads;
