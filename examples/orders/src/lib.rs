//! A JSON API for orders, with handlers that keep a whole request in its arena; and the same on the
//! heap.
//!
//! | module | contents |
//! |---|---|
//! | [`arena`] | the service in request arenas |
//! | [`heap`] | the same service with `String`, `Vec` and serde's derives |
//! | [`shop`], [`prices`], [`store`] | the state that handlers share |
//! | [`rules`], [`totals`], [`page`], [`refusal`] | what both versions share |
//! | [`cli`] | the process |
//! | [`check`] | `--check`: the same requests to both versions |
//! | [`documents`] | orders of any size, for checks and benches |

#![forbid(unsafe_code)]

pub mod arena;
pub mod check;
pub mod cli;
pub mod documents;
pub mod heap;
pub mod page;
pub mod prices;
pub mod refusal;
pub mod rules;
pub mod shop;
pub mod store;
pub mod totals;
