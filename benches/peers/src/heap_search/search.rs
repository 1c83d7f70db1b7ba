//! `GET /search`.

use axum::{extract::State, http::Uri, response::Response};
use search_server::{
    http::{
        App,
        error::ApiError,
        json,
        params::{near, page},
        search::{MANY, PARAMETERS, SearchResponse},
    },
    search::{
        highlight::mark,
        hits::Hit,
        query::Wanted,
        rank::{Ranked, rank, room},
    },
    store::{Reader, StoreError},
    typo::{Matcher, room_for},
};
use serde::Serialize;

use super::{
    candidates::{candidates, terms, words},
    params::Params,
};

/// Searches the names of all documents.
///
/// # Errors
/// If a parameter is wrong, or the store fails.
pub async fn search(State(app): State<App>, uri: Uri) -> Result<Response, ApiError> {
    let params = Params::new(&uri, &PARAMETERS)?;
    let q = params.text("q").unwrap_or_default();
    let words = words(q)?;
    let countries = params.countries()?;
    let wanted = Wanted { countries: &countries, near: near(params.text("near"))? };
    let (offset, limit) = page(params.text("offset"), params.text("limit"))?;

    let reader = app.read().await?;
    let candidates = candidates(&reader, &words)?;
    if candidates.len() > MANY {
        tokio::task::yield_now().await;
    }
    let mut room = vec![Ranked::default(); room(candidates.len(), offset, limit)];
    let page = rank(&mut room, reader.columns(), &candidates, words.len(), &wanted, offset)?;
    let hits = hits(&reader, &words, page.ranked, wanted.near.is_some())?;
    answer(&SearchResponse { q, total: page.total, offset, limit, hits: &hits })
}

/// A value as a JSON answer.
pub(super) fn answer(value: &impl Serialize) -> Result<Response, ApiError> {
    let text = serde_json::to_vec(value).map_err(|error| ApiError::internal(error.to_string()))?;
    Ok(json::response(text.into()))
}

fn hits(
    reader: &Reader<'_>,
    words: &[String],
    ranked: &[Ranked],
    near: bool,
) -> Result<Vec<Hit<String>>, StoreError> {
    let mut rooms: Vec<Vec<u8>> = terms(words).map(|term| vec![0; room_for(term)]).collect();
    let rooms = rooms.iter_mut();
    let mut matchers: Vec<_> =
        terms(words).zip(rooms).map(|(term, room)| Matcher::new(term, room)).collect();
    let marks = "<em></em>".len() * matchers.len();
    let mut hits = Vec::with_capacity(ranked.len());
    for &ranked in ranked {
        hits.push(Hit::read(reader, ranked, near, str::to_owned, |name| {
            let mut html = String::with_capacity(name.len() + marks);
            mark(name, &mut matchers, &mut |part| html.push_str(part));
            html
        })?);
    }
    Ok(hits)
}
