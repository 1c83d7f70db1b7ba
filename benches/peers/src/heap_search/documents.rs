//! `POST /documents`, with a JSON array.

use std::sync::Arc;

use axum::{body::Bytes, extract::State, http::StatusCode, response::Response};
use request_arena::{Arena, request_arena};
use search_server::{
    document::Incoming,
    http::{App, error::ApiError},
    store::{Indexed, Store},
};
use tokio::task::spawn_blocking;

use super::search::answer;

/// Indexes a batch as a whole, while searches go on.
///
/// # Errors
/// If the body is not a batch of documents, or the store fails. Then the index is unchanged.
pub async fn post_documents(State(app): State<App>, body: Bytes) -> Result<Response, ApiError> {
    let batch = parse(&body)?;
    drop(body);
    let _turn = app.turn_to_write().await?;
    let store = Arc::clone(&app);
    let indexed = spawn_blocking(move || index(&store, &batch)).await;
    let indexed = indexed.map_err(|error| ApiError::internal(error.to_string()))??;
    let mut response = answer(&indexed)?;
    *response.status_mut() = StatusCode::CREATED;
    Ok(response)
}

fn parse(body: &[u8]) -> Result<Vec<Incoming<'static>>, ApiError> {
    let wrong = |error: String| ApiError::bad_request("invalid_document", error);
    let batch: Vec<Incoming<'_>> =
        serde_json::from_slice(body).map_err(|error| wrong(error.to_string()))?;
    for incoming in &batch {
        incoming.document().map_err(wrong)?;
    }
    Ok(batch.into_iter().map(Incoming::into_owned).collect())
}

/// Runs on a thread that may block. The batch is dropped there, too.
#[request_arena(name = "heap_post_documents")]
fn index(
    arena: Arena<'_>,
    store: &Store,
    batch: &[Incoming<'static>],
) -> Result<Indexed, ApiError> {
    let documents: Result<Vec<_>, String> = batch.iter().map(Incoming::document).collect();
    let documents = documents.map_err(|error| ApiError::bad_request("invalid_document", error))?;
    Ok(store.add(&arena, &documents)?)
}
