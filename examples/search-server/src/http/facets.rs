//! `GET /facets`: the number of documents of each country, of all or of those that match `q`.

use axum::{extract::State, http::Uri, response::Response};
use request_arena::{Arena, request_arena};
use serde::Serialize;

use super::{App, error::ApiError, json::Json, params::Params};
use crate::search::{
    candidates::candidates,
    facets::{Count, of_all, of_candidates},
    query::Terms,
};

/// The known parameters.
pub const PARAMETERS: [&str; 2] = ["facet", "q"];

/// The answer of `GET /facets`.
#[derive(Debug, Serialize)]
pub struct FacetsResponse<'a, T> {
    /// The counted facet.
    pub facet: &'static str,
    /// The number of counted documents.
    pub total: u64,
    /// Its values, the most frequent first.
    pub counts: &'a [Count<T>],
}

impl<'a, T> FacetsResponse<'a, T> {
    /// The answer with these counts.
    pub fn new(facet: &'static str, counts: &'a [Count<T>]) -> Self {
        let total = counts.iter().map(|count| u64::from(count.count)).sum();
        Self { facet, total, counts }
    }
}

/// Counts the countries.
///
/// # Errors
/// If a parameter is wrong, or the store fails.
#[request_arena(name = "facets", initial = "960 KiB", limit = "64 MiB", into = Response)]
pub async fn facets<'a>(
    arena: Arena<'a>,
    State(app): State<App>,
    uri: Uri,
) -> Result<Json<'a>, ApiError> {
    let params = Params::new(&arena, &uri, &PARAMETERS)?;
    let facet = facet_of(params.text("facet"))?;
    let query = params.text("q").map(|text| Terms::new(&arena, text)).transpose()?;

    let reader = app.read().await?;
    let counts = match query {
        None => of_all(&arena, &reader)?,
        Some(query) => {
            let candidates = candidates(&arena, &reader, &query)?;
            of_candidates(&arena, &reader, candidates)?
        }
    };
    Json::new(arena, &FacetsResponse::new(facet, counts))
}

/// Checks the name of the facet.
///
/// # Errors
/// If there is no such facet.
pub fn facet_of(parameter: Option<&str>) -> Result<&'static str, ApiError> {
    match parameter {
        None | Some("country") => Ok("country"),
        Some(other) => {
            Err(ApiError::bad_request("unknown_facet", format!("there is no facet {other:?}"))
                .hint("the one facet is `country`"))
        }
    }
}
