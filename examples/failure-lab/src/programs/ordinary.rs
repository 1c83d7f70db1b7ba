//! The ordinary requests of services with a failure elsewhere.

use request_arena::{Arena, request_arena};

use crate::service::Request;

/// A search that allocates in its arena alone.
pub(super) fn search_request(request: &mut Request) {
    search(request);
}

#[request_arena]
fn search(arena: Arena<'_>, request: &mut Request) -> usize {
    request.answer(&arena)
}
