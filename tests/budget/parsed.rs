//! Parameters that are parsed at the budget: the service is full, so the request is not too large.

use request_arena::extract::{FormBody, JsonBody, Rejection, RejectionKind};
use request_arena::{Arena, DeserializeIn, request_arena};

use super::under;

#[derive(DeserializeIn)]
struct Note<'a> {
    text: &'a str,
}

#[request_arena(limit = "1 MiB")]
fn read_json(_arena: Arena<'_>, #[json] note: Note<'_>) -> Result<usize, Rejection> {
    Ok(note.text.len())
}

#[request_arena(limit = "1 MiB")]
fn read_form(_arena: Arena<'_>, #[form] note: Note<'_>) -> Result<usize, Rejection> {
    Ok(note.text.len())
}

const BYTES: usize = 64 << 10;

#[test]
fn without_on_limit_a_body_that_the_budget_refuses_may_come_again() {
    let json = || read_json(JsonBody::new(format!("{{\"text\": \"{}\"}}", "x".repeat(BYTES))));
    let form = || read_form(FormBody::new(format!("text={}", "x".repeat(BYTES))));
    let room = under(BYTES * 4);
    assert_eq!((json().unwrap(), form().unwrap()), (BYTES, BYTES));
    drop(room);
    let budget = under(BYTES / 2);
    for rejection in [json().unwrap_err(), form().unwrap_err()] {
        assert_eq!((rejection.kind(), rejection.status()), (RejectionKind::Unavailable, 503));
        let expected = "the service has no memory for this request now: try again later";
        assert_eq!(rejection.to_string(), expected);
    }
    budget.held();
}
