//! The search service on std collections: the heap twin of [`search_server`]'s handlers, which are
//! on arenas.
//!
//! The same store, algorithms, answers and capacities; what differs is memory alone. What of a
//! search has no memory in it is search-server's own code, called from here. The rest is written as
//! one would without an arena: `Vec`, `String`, and `&str` where something that lives long enough
//! can be borrowed; nothing is copied only because an arena would want it.
//!
//! * Parameters stay where they are in the URI, unless they had to be decoded.
//! * A term without typos is looked up as it is.
//! * Candidates are cut to length in place, where the arena's are copied once.
//! * The map that counts countries hashes as the arena's does, so that no hash function is
//!   compared.
//! * A response owns its texts: they are copied out of LMDB's map, as they are into the arena.
//!
//! Posted documents are read on the thread that answers, and indexed and dropped on another, as it
//! is done where indexing blocks. What search-server's indexing itself allocates is from its arena
//! in both versions.

mod candidates;
mod documents;
mod facets;
mod params;
mod search;

use axum::{
    Router,
    routing::{get, post},
};
use search_server::http::App;

pub use self::{documents::post_documents, facets::facets, search::search};

/// The routes: searches, facets, and posts of documents.
pub fn router(app: App) -> Router {
    Router::new()
        .route("/search", get(search))
        .route("/facets", get(facets))
        .route("/documents", post(post_documents))
        .with_state(app)
}
