//! Request bodies: read chunk by chunk into the arena, up to a limit.

use std::time::Duration;

use axum::body::Body;
use http_body_util::BodyExt;
use request_arena::{Arena, collections::owned::Vec};
use tokio::time::timeout;

use super::error::ApiError;

/// Largest body, in bytes.
pub const MAX_BODY: usize = 4 << 20;

/// How many bytes of a body above the limit are read and dropped, so that the sender reads the
/// answer. A connection that closes while its peer still writes is reset, and the answer is lost.
const MAX_DISCARDED: usize = 32 << 20;

/// How long the next part of a body may take. A client that sends none would hold an arena, and
/// keep the server from ending.
const STALLED: Duration = Duration::from_secs(10);

/// The whole body, in the arena.
///
/// # Errors
/// If the body is too large, the connection breaks, or the next part takes too long.
pub async fn read<'a>(arena: &mut Arena<'a>, mut body: Body) -> Result<&'a [u8], ApiError> {
    let mut chunks: Vec<'a, &'a [u8]> = Vec::new_in(arena.fork());
    let mut len = 0;
    loop {
        let Ok(frame) = timeout(STALLED, body.frame()).await else {
            return Err(ApiError::stalled(STALLED));
        };
        let Some(frame) = frame else { break };
        let frame = frame.map_err(|error| {
            ApiError::bad_request(
                "broken_body",
                format!("the body cannot be read to its end: {error}"),
            )
        })?;
        let Ok(data) = frame.into_data() else { continue };
        len += data.len();
        if len > MAX_DISCARDED {
            break;
        }
        if len <= MAX_BODY {
            chunks.push(arena.try_alloc_slice_copy(&data)?);
        }
    }
    if len > MAX_BODY {
        return Err(ApiError::too_large(MAX_BODY));
    }
    if let [only] = chunks[..] {
        return Ok(only);
    }
    let whole = arena.try_alloc_slice_fill_copy(len, 0)?;
    let mut at = 0;
    for chunk in &chunks {
        whole[at..][..chunk.len()].copy_from_slice(chunk);
        at += chunk.len();
    }
    Ok(whole)
}
