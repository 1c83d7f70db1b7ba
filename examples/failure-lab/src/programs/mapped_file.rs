//! Healthy: a large mapped index is read once at the start and stays mapped. RSS is high, and does
//! not climb.

use std::sync::Arc;
use std::time::Duration;

use rand::RngExt;
use request_arena::{Arena, request_arena};

use super::store::{Searched, Store};
use crate::protocol::Examined;
use crate::service::{Request, Stage};

pub(crate) fn run(mut stage: Stage) -> anyhow::Result<Examined> {
    let Searched { store, count, threads, rate } = Searched::draw(&mut stage)?;

    let mut service = stage.open(threads)?;
    store.read(0..count)?;
    service.end_phase("index read")?;
    for _ in 0..4 {
        let store = Arc::clone(&store);
        service.serve("search", rate, Duration::from_secs(1), move |request| {
            search(request, &store, count);
        })?;
        service.idle("idle", Duration::from_millis(300))?;
    }
    service.examine()
}

#[request_arena]
fn search(arena: Arena<'_>, request: &mut Request, store: &Store, count: u64) -> usize {
    let numbers = arena.alloc_from_iter((0..8).map(|_| request.random.random_range(0..count)));
    store.read(numbers.iter().copied()).expect("the store answers");
    request.answer(&arena)
}
