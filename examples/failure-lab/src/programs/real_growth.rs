//! Real growth: each request leaves a session, and the service never removes one. Only a change of
//! the service's code helps.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use request_arena::{Arena, request_arena};

use crate::protocol::Examined;
use crate::service::{Request, Stage};

/// The events of each session, by its number.
type Sessions = Mutex<HashMap<u64, Vec<Vec<u8>>>>;

pub(crate) fn run(mut stage: Stage) -> anyhow::Result<Examined> {
    let total = stage.draw.mib("left in all", 40..=120);
    let threads = stage.draw.count("threads", 1..=3);
    let rates = stage.draw.rates();
    let event = stage.draw.count("bytes of the largest event", 500..=4_000);
    let each = total / usize::try_from(rates.iter().sum::<u64>())?;

    let sessions = Arc::new(Sessions::default());
    stage.at_rates("log in", threads, rates, move |request| {
        log_in(request, &sessions, each, event);
    })
}

#[request_arena]
fn log_in(
    arena: Arena<'_>,
    request: &mut Request,
    sessions: &Sessions,
    bytes: usize,
    largest: usize,
) -> usize {
    let events = request.events(bytes, largest);
    sessions.lock().expect("no request panicked").insert(request.number, events);
    request.answer(&arena)
}
