//! The search service on std collections: the heap twin of [`search_server`]'s handlers, which use
//! arenas.
//!
//! Both have the same store, algorithms, answers and capacities, and differ in memory alone. The
//! parts of a search that allocate nothing are search-server's own code, called from here. The rest
//! uses `Vec` and `String`, and borrows a `&str` wherever one lives long enough. Nothing is copied
//! only because an arena would need the copy.
//!
//! * Parameters stay in the URI, unless they need decoding.
//! * A term without typos is looked up without a copy.
//! * Candidates are cut to length in place, where the arena's are copied once.
//! * The map that counts countries has the hash function of the arena's map, so that no hash
//!   functions are compared.
//! * A response owns its texts: they are copied out of LMDB's map, as they are into the arena.
//!
//! The thread that answers reads posted documents, and another one indexes and drops them, as
//! services do where indexing blocks. search-server's indexing itself allocates in its arena in
//! both versions.

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
