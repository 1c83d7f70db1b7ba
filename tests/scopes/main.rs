//! Every way to end a scope counts as its own outcome, leaves no scope open, and returns every
//! arena to the pool.

mod at_end;
mod ends;
mod forks;
mod futures_dropped;
#[path = "../support/mod.rs"]
mod support;
mod threads;
