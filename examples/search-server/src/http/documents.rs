//! `POST /documents` and `GET /documents/{id}`.

use axum::{
    body::Body,
    extract::{Path, State, rejection::PathRejection},
    http::{HeaderMap, StatusCode, header::CONTENT_TYPE},
    response::Response,
};
use request_arena::{Arena, request_arena};

use super::{App, body, error::ApiError, json::Json};
use crate::{
    batch::{self, Format},
    document::MAX_ID,
    search::hits::Found,
    store::Indexed,
};

/// Indexes a batch as a whole, while searches go on. Searches find the batch when the answer comes.
///
/// The documents borrow from the body in the arena. The request holds its arena while it waits for
/// its turn to write. The arena's limit is above the need of every body within the body's own
/// limit; one-letter words need the most.
///
/// # Errors
/// If the body is not a batch of documents, or the store fails. Then the index is unchanged.
#[request_arena(name = "post_documents", limit = "256 MiB", into = Response)]
pub async fn post_documents<'a>(
    mut arena: Arena<'a>,
    State(app): State<App>,
    headers: HeaderMap,
    body: Body,
) -> Result<(StatusCode, Json<'a>), ApiError> {
    let format = format(&headers)?;
    let body = body::read(&mut arena, body).await?;
    let batch = batch::parse(&arena, format, body)?;
    let _turn = app.turn_to_write().await?;
    let indexed: Indexed = tokio::task::block_in_place(|| app.add(&arena, batch))?;
    Ok((StatusCode::CREATED, Json::new(arena, &indexed)?))
}

/// One document.
///
/// # Errors
/// If there is no document with this id, or the store fails.
#[request_arena(name = "get_document", limit = "1 MiB", into = Response)]
pub async fn get_document<'a>(
    arena: Arena<'a>,
    State(app): State<App>,
    id: Result<Path<String>, PathRejection>,
) -> Result<Json<'a>, ApiError> {
    let Path(text) =
        id.map_err(|_| ApiError::bad_request("invalid_utf8", "the id is not UTF-8"))?;
    let Ok(id) = text.parse() else {
        return Err(ApiError::bad_request("invalid_id", format!("{text:?} is not an id"))
            .hint(format!("an id is a number from 0 to {MAX_ID}")));
    };
    let reader = app.read().await?;
    match reader.document(id)? {
        Some(document) => {
            let found = Found::new(id, &document, |text| &*arena.alloc_str(text));
            Json::new(arena, &found)
        }
        None => Err(ApiError::not_found("no_such_document", format!("there is no document {id}"))),
    }
}

fn format(headers: &HeaderMap) -> Result<Format, ApiError> {
    let Some(sent) = headers.get(CONTENT_TYPE) else {
        return Err(ApiError::unsupported_type("the body has no content type"));
    };
    let mime: Option<mime::Mime> = sent.to_str().ok().and_then(|text| text.parse().ok());
    match mime.as_ref().map(mime::Mime::essence_str) {
        Some("application/json") => Ok(Format::Array),
        Some("application/x-ndjson") => Ok(Format::Lines),
        _ => Err(ApiError::unsupported_type(format!("bodies of type {sent:?} are not supported"))),
    }
}
