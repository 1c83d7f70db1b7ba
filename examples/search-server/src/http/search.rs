//! `GET /search`: the handler that everything else is there for.
//!
//! From the decoded parameters to the hits, all that it builds lives in its arena, across both of its awaits, and the
//! response borrows from there: `into` turns it into bytes before the arena is given back.

use axum::{extract::State, http::Uri, response::Response};
use request_arena::{Arena, request_arena};
use serde::Serialize;

use super::{
    App,
    error::ApiError,
    json::Json,
    params::{MAX_LIMIT, MAX_OFFSET, Params},
};
use crate::search::{
    candidates::candidates,
    hits::{Hit, hits},
    query::{Terms, Wanted},
    rank::rank,
};

/// With more candidates than this, other requests get a turn before they are ranked.
const MANY: usize = 4096;

/// What `GET /search` answers.
#[derive(Debug, Serialize)]
pub struct SearchResponse<'a> {
    /// The query.
    pub q: &'a str,
    /// How many documents match.
    pub total: usize,
    /// How many of the best were left out.
    pub offset: usize,
    /// How many were asked for.
    pub limit: usize,
    /// The documents, best first.
    pub hits: &'a [Hit<'a>],
}

/// Searches the names of all documents.
///
/// # Errors
/// If a parameter is wrong, or the store fails.
#[request_arena(name = "search", initial = "960 KiB", limit = "64 MiB", into = Response)]
pub async fn search<'a>(arena: Arena<'a>, State(app): State<App>, uri: Uri) -> Result<Json<'a>, ApiError> {
    let params = Params::new(&arena, &uri, &["q", "country", "near", "limit", "offset"])?;
    let query = Terms::new(&arena, params.text("q").unwrap_or_default())?;
    let wanted = Wanted { countries: params.countries(&arena)?, near: params.near()? };
    let limit = params.number("limit", 20, MAX_LIMIT)?;
    let offset = params.number("offset", 0, MAX_OFFSET)?;

    let reader = app.read().await?;
    let candidates = candidates(&arena, &reader, &query)?;
    if candidates.len() > MANY {
        tokio::task::yield_now().await;
    }
    let page = rank(&arena, reader.columns(), candidates, query.terms.len(), &wanted, offset, limit)?;
    let hits = hits(&arena, &reader, &query, page.ranked, wanted.near.is_some())?;
    Json::new(arena, &SearchResponse { q: query.text, total: page.total, offset, limit, hits })
}
