//! Every method of the handle, with values of every size, alignment and behavior.

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
