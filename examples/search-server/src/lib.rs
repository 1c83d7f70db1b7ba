//! A small full-text search service, whose handlers build everything in request arenas.
//!
//! It searches 171,075 cities by name: with typos, by prefix, by country, by distance, over several
//! words. Documents and the inverted index are in LMDB, the server is axum on tokio's
//! multi-threaded runtime, and the program (not this library) makes jemalloc its global allocator.
//! What a request builds between its first byte and its last lives in an arena that ends with it.
//!
//! | module | what it is |
//! |---|---|
//! | [`http`] | the handlers, and where `#[request_arena]` stands |
//! | [`search`] | a query on its way to its hits |
//! | [`typo`], [`text`], [`geo`] | what search is made of |
//! | [`store`] | LMDB: reading it, adding to it |
//! | [`batch`], [`document`], [`data`] | documents: as they are sent, as they are stored, those that come along |
//! | [`server`], [`cli`] | the process |
//! | [`check`] | `--check`: 20,000 requests over sockets, and a reference that knows nothing of the index |
//! | [`loaded`] | `--doctor`: the same requests for a while, and what the doctor says of the process |

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
