//! Reads the tokens that the user wrote.

pub(crate) mod arena_parameter;
pub(crate) mod async_block;
pub(crate) mod attributes;
pub(crate) mod bindings;
pub(crate) mod closure;
pub(crate) mod fragments;
pub(crate) mod function;
mod half_typed;
pub(crate) mod names;
pub(crate) mod options;
pub(crate) mod parsed_parameter;
