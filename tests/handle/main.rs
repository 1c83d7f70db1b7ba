//! Every method of the handle does what it says, with values of every size, alignment and temper.

mod collections;
mod deque;
mod figures;
mod made;
mod reach;
mod slices;
mod sorted;
mod string;
#[path = "../support/mod.rs"]
mod support;
mod text;
mod values;
