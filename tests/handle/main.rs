//! Every method of the handle does what it says, with values of every size, alignment and temper.

mod collections;
mod figures;
mod reach;
mod slices;
#[path = "../support/mod.rs"]
mod support;
mod text;
mod values;
