//! The ordinary requests of services that are about something else.

use request_arena::{Arena, request_arena};

use crate::service::Request;

/// A search that needs nothing but its arena.
pub(super) fn search_request(request: &mut Request) {
    search(request);
}

#[request_arena]
fn search(arena: Arena<'_>, request: &mut Request) -> usize {
    request.answer(&arena)
}
