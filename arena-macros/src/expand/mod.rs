//! Writes the function or the closure that takes the place of the user's.
//!
//! `function` and `closure` write the signature. `scope` writes the block: it opens the scope, runs
//! the body and ends the scope. The other modules each write one part of that block.

pub(crate) mod closure;
pub(crate) mod function;
pub(crate) mod own;
pub(crate) mod repeated;
pub(crate) mod shape;
pub(crate) mod stand_in;

mod handle;
mod leaves;
mod on_limit;
mod parameters;
mod parse;
mod passage;
mod places;
mod result;
mod scope;
mod send;
mod site;
mod typed;
