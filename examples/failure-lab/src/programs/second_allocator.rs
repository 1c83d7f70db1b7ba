//! Second allocator: documents are written into LMDB in large transactions. LMDB keeps each page
//! that it writes in memory of the system's `malloc` until the transaction ends, and retains that
//! memory for the next one. Rust's allocator does not see it.

use std::sync::Arc;
use std::time::Duration;

use rand::RngExt;
use request_arena::{Arena, request_arena};

use super::store::Store;
use crate::protocol::Examined;
use crate::service::{Crew, Request, Stage};

/// Searches read these documents.
const KNOWN: u64 = 1000;

pub(crate) fn run(mut stage: Stage) -> anyhow::Result<Examined> {
    let bytes = stage.draw.mib("a transaction", 40..=120);
    let transactions = stage.draw.between("transactions", 2..=3);
    // Several documents share a page. A larger one would have pages of its own, which LMDB frees
    // at the end of the transaction.
    let size = stage.draw.count("bytes of a document", 200..=900);
    let threads = stage.draw.count("threads", 1..=3);
    let rate = stage.draw.between("requests per second", 200..=800);
    let store = Arc::new(Store::new()?);
    store.write(0..KNOWN, size)?;

    let mut service = stage.open(threads)?;
    let indexer = Crew::hire("indexer", 1)?;
    let each = (bytes / size) as u64;
    let serve = |service: &mut crate::service::Service| {
        let store = Arc::clone(&store);
        service.serve("search", rate, Duration::from_secs(1), move |request| {
            search(request, &store);
        })
    };
    serve(&mut service)?;
    for batch in 0..transactions {
        let store = Arc::clone(&store);
        let first = KNOWN + batch * each;
        indexer.each(move |_| {
            store.write(first..first + each, size).expect("the store takes documents");
        })?;
        service.end_phase("documents written")?;
        serve(&mut service)?;
        service.idle("idle", Duration::from_millis(300))?;
    }
    serve(&mut service)?;
    service.examine()
}

#[request_arena]
fn search(arena: Arena<'_>, request: &mut Request, store: &Store) -> usize {
    let numbers = arena.alloc_from_iter((0..8).map(|_| request.random.random_range(0..KNOWN)));
    store.read(numbers.iter().copied()).expect("the store answers");
    request.answer(&arena)
}
