//! Real growth under one handler: two handlers share the functions that allocate, and one of the
//! two keeps what it gets. No call stack belongs to the leak alone, but each sample of the heap has
//! the handler that ran.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex};

use request_arena::{Arena, request_arena};

use crate::protocol::Examined;
use crate::service::{Request, Stage, ensure_live};

/// What the shared functions make of a request, in allocations of several kinds.
struct Profile {
    name: Vec<u8>,
    tags: Vec<Vec<u8>>,
    settings: BTreeMap<u32, Vec<u8>>,
}

type Sessions = Mutex<HashMap<u64, Profile>>;

pub(crate) fn run(mut stage: Stage) -> anyhow::Result<Examined> {
    let total = stage.draw.mib("left in all", 40..=120);
    let threads = stage.draw.count("threads", 1..=3);
    let rates = stage.draw.rates();
    // Every other request is a search.
    let each = 2 * total / usize::try_from(rates.iter().sum::<u64>())?;

    let sessions = Arc::new(Sessions::default());
    let kept = Arc::clone(&sessions);
    let examined = stage.at_rates("log in and search", threads, rates, move |request| {
        if request.number % 2 == 0 {
            log_in(request, &sessions, each);
        } else {
            search(request, each);
        }
    })?;
    let bytes = kept.lock().expect("no request panicked").values().map(Profile::bytes).sum();
    ensure_live("log_in", bytes)?;
    Ok(examined)
}

#[request_arena]
fn log_in(arena: Arena<'_>, request: &mut Request, sessions: &Sessions, bytes: usize) -> usize {
    let profile = profile(request, bytes);
    sessions.lock().expect("no request panicked").insert(request.number, profile);
    request.answer(&arena)
}

#[request_arena]
fn search(arena: Arena<'_>, request: &mut Request, bytes: usize) -> usize {
    profile(request, bytes).bytes() + request.answer(&arena)
}

/// The function that both handlers share. Four kinds of allocation have about the same bytes.
fn profile(request: &mut Request, bytes: usize) -> Profile {
    let part = bytes / 4;
    let name = request.bytes(part);
    let tags = (0..8).map(|_| request.bytes(part / 4)).collect();
    let settings = (0..16).map(|key| (key, request.bytes(part / 16))).collect();
    Profile { name, tags, settings }
}

impl Profile {
    fn bytes(&self) -> usize {
        let tags = self.tags.iter().map(Vec::capacity).sum::<usize>();
        self.name.capacity() + tags + self.settings.values().map(Vec::capacity).sum::<usize>()
    }
}
