//! Figures for an operator: totals over threads that start and end, open scopes, retention of the
//! pool, and durations.

mod live;
mod retention;
#[path = "../support/mod.rs"]
mod support;
mod totals;
