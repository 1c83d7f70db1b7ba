//! A small full-text search service with handlers that build everything in request arenas.
//!
//! It searches 171,075 cities by name: with typos, by prefix, by country, by distance, over several
//! words. Documents and the inverted index are in LMDB, and the server is axum on tokio's
//! multi-threaded runtime. The program, and not this library, makes jemalloc its global allocator.
//! A request's arena holds all that the request builds between its first byte and its last.
//!
//! | module | contents |
//! |---|---|
//! | [`http`] | the handlers, with `#[request_arena]` |
//! | [`search`] | the way from a query to its hits |
//! | [`typo`], [`text`], [`geo`] | the parts of search |
//! | [`store`] | LMDB: reading it, adding to it |
//! | [`batch`], [`document`], [`data`] | documents: sent ones, stored ones, the built-in ones |
//! | [`server`], [`cli`] | the process |
//! | [`check`] | `--check`: 20,000 requests over sockets, and an independent reference |
//! | [`loaded`] | `--doctor`: the same requests for a while, and the doctor's diagnosis |

#![deny(unsafe_code)]

pub mod batch;
pub mod check;
pub mod cli;
pub mod data;
pub mod document;
pub mod geo;
pub mod http;
pub mod loaded;
pub mod search;
pub mod server;
pub mod store;
pub mod text;
pub mod typo;
