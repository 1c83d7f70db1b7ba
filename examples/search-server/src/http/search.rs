//! `GET /search`: the service's main handler.
//!
//! All that it builds, from the decoded parameters to the hits, lives in its arena across both
//! awaits. The response borrows from there: `into` turns it into bytes before the arena is given
//! back.

use axum::{extract::State, http::Uri, response::Response};
use request_arena::{Arena, request_arena};
use serde::Serialize;

use super::{
    App,
    error::ApiError,
    json::Json,
    params::{Params, near, page},
};
use crate::search::{
    candidates::candidates,
    hits::{Hit, hits},
    query::{Terms, Wanted},
    rank::{rank, room},
};

/// The known parameters.
pub const PARAMETERS: [&str; 5] = ["q", "country", "near", "limit", "offset"];

/// With more candidates than this, other requests get a turn before the ranking.
pub const MANY: usize = 4096;

/// The answer of `GET /search`.
#[derive(Debug, Serialize)]
pub struct SearchResponse<'a, T> {
    /// The query.
    pub q: &'a str,
    /// The number of matching documents.
    pub total: usize,
    /// How many of the best hits were skipped.
    pub offset: usize,
    /// The largest number of hits to return.
    pub limit: usize,
    /// The documents, the best first.
    pub hits: &'a [Hit<T>],
}

/// Searches the names of all documents.
///
/// # Errors
/// If a parameter is wrong, or the store fails.
#[request_arena(name = "search", initial = "960 KiB", limit = "64 MiB", into = Response)]
pub async fn search<'a>(
    arena: Arena<'a>,
    State(app): State<App>,
    uri: Uri,
) -> Result<Json<'a>, ApiError> {
    let params = Params::new(&arena, &uri, &PARAMETERS)?;
    let query = Terms::new(&arena, params.text("q").unwrap_or_default())?;
    let wanted = Wanted { countries: params.countries(&arena)?, near: near(params.text("near"))? };
    let (offset, limit) = page(params.text("offset"), params.text("limit"))?;

    let reader = app.read().await?;
    let candidates = candidates(&arena, &reader, &query)?;
    if candidates.len() > MANY {
        tokio::task::yield_now().await;
    }
    let room = arena.alloc_slice_fill_default(room(candidates.len(), offset, limit));
    let page = rank(room, reader.columns(), candidates, query.terms.len(), &wanted, offset)?;
    let hits = hits(&arena, &reader, &query, page.ranked, wanted.near.is_some())?;
    Json::new(arena, &SearchResponse { q: query.text, total: page.total, offset, limit, hits })
}
