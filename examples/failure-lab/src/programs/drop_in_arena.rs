//! Drop in arena: a handler takes the raw `Bump` of its request and puts values into it that own
//! heap memory. The arena is reset after each request and stays small. The heap memory of the
//! values is never freed, and no figure of the arena shows it.

use rand::RngExt;
use request_arena::{Bump, request_arena};

use crate::protocol::Examined;
use crate::service::{Request, Stage};

/// A hit of a search. Its text is on the heap.
struct Hit {
    id: u32,
    text: Vec<u8>,
}

pub(crate) fn run(mut stage: Stage) -> anyhow::Result<Examined> {
    let total = stage.draw.mib("left in all", 40..=120);
    let threads = stage.draw.count("threads", 1..=3);
    let hits = stage.draw.count("hits of a request", 10..=60);
    let rates = stage.draw.rates();
    let each = total / usize::try_from(rates.iter().sum::<u64>())? / hits;

    stage.at_rates("search", threads, rates, move |request| {
        search(request, hits, each);
    })
}

#[request_arena]
fn search(bump: &Bump, request: &mut Request, hits: usize, bytes: usize) -> usize {
    let hits = bump.alloc_slice_fill_with(hits, |_| Hit {
        id: request.random.random(),
        text: request.bytes(bytes),
    });
    hits.sort_by_key(|hit| hit.id);
    hits.iter().map(|hit| hit.text.len()).sum()
}
