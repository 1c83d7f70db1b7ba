//! Page cache: searches read more and more of an LMDB index, which is larger than all that they
//! allocate. RSS climbs, and none of that is heap.

use std::sync::Arc;
use std::time::Duration;

use rand::RngExt;
use request_arena::{Arena, request_arena};

use super::store::{Searched, Store};
use crate::protocol::Examined;
use crate::service::{Request, Stage};

const WINDOWS: u64 = 4;

pub(crate) fn run(mut stage: Stage) -> anyhow::Result<Examined> {
    let Searched { store, count, threads, rate } = Searched::draw(&mut stage)?;
    // The searches read most of the index before the examination.
    let requests = rate * WINDOWS;
    let reads = (count * 2 / requests).max(1);

    let mut service = stage.open(threads)?;
    for _ in 0..WINDOWS {
        let store = Arc::clone(&store);
        service.serve("search", rate, Duration::from_secs(1), move |request| {
            // Searches ask for new documents as they come, and for old ones again.
            let known = count * (request.number + 1).min(requests) / requests;
            search(request, &store, known.max(1), reads);
        })?;
        service.idle("idle", Duration::from_millis(300))?;
    }
    service.examine()
}

#[request_arena]
fn search(arena: Arena<'_>, request: &mut Request, store: &Store, known: u64, reads: u64) -> usize {
    let numbers = arena.alloc_from_iter((0..reads).map(|_| request.random.random_range(0..known)));
    store.read(numbers.iter().copied()).expect("the store answers");
    request.answer(&arena)
}
