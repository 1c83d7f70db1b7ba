//! README, guide and rustdoc do not go stale: [`quotes`] compares what they quote, [`links`]
//! follows their links, [`width`] measures their lines. Their Rust compiles as documentation tests:
//! see `src/pages.rs` and `tests/frameworks/src/lib.rs`.

mod features;
mod files;
mod links;
mod quotes;
mod width;
