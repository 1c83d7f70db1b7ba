//! `#[derive(DeserializeIn)]` reads what `#[derive(serde::Deserialize)]` reads, and refuses the
//! rest with the same text.
//!
//! `twins!` defines each type twice: in a module `heap` with serde's derive, and in a module
//! `arena` with ours. `same!` reads documents with both, as JSON and as MessagePack.

mod twins;

mod enums;
mod errors;
mod fields;
mod flatten;
mod generics;
mod hostile;
mod hygiene;
mod identifiers;
mod shapes;
mod with;
