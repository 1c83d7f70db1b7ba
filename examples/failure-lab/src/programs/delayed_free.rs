//! Delayed free: an index thread builds segments on the search threads' heap, and a merger on another thread frees them. mimalloc 2 puts a block
//! that another thread frees on a list of the page, or of its owner's heap; the owner takes it back, all at once, in its next slow `malloc`.

use std::sync::mpsc::sync_channel;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use request_arena::doctor::{REMOTE_FREES, activity, latency};
use request_arena::{Arena, request_arena};

use crate::protocol::Examined;
use crate::service::{Crew, Request, Stage, Work};

/// What a search thread built, and another thread frees.
type Segment = Vec<Box<[u64; 8]>>;

pub(crate) fn run(mut stage: Stage) -> anyhow::Result<Examined> {
    let blocks = stage.draw.count("blocks of a segment", 600_000..=1_200_000);
    let rounds = stage.draw.between("merges", 5..=7);
    let threads = stage.draw.count("threads", 1..=2);
    let rate = stage.draw.between("requests per second", 800..=2_000);
    let hits = stage.draw.count("hits of a request", 20..=100);
    let timed = latency("search");

    let mut service = stage.open(threads)?;
    let merger = Crew::hire("merger", 1)?;
    for _ in 0..rounds {
        let serve = move |request: &mut Request| {
            timed.time(|| search(request, hits));
        };
        service.serve("search", rate, Duration::from_millis(500), serve)?;
        // Each search thread builds its part of a segment, as it would of an import.
        let (built, segments) = sync_channel::<Segment>(threads);
        service.front().each(move |_| {
            let segment = (0..blocks).map(|block| Box::new([block as u64; 8])).collect();
            built.send(segment).expect("the merger waits");
        })?;
        service.serve("search", rate, Duration::from_millis(300), serve)?;
        let segments = Mutex::new(segments);
        let work: Work = Arc::new(move |_| {
            let _merging = activity(REMOTE_FREES);
            segments.lock().expect("one merger").iter().for_each(drop);
        });
        merger.give(0, &work)?;
        drop(work);
        service.serve("search while merging", rate, Duration::from_millis(400), serve)?;
        merger.rest()?;
    }
    service.examine()
}

#[request_arena]
fn search(arena: Arena<'_>, request: &mut Request, hits: usize) -> usize {
    // What goes through a cache or a channel is on the heap, as boxes.
    let hits: Vec<Box<[u64; 8]>> = (0..hits as u64).map(|hit| Box::new([hit; 8])).collect();
    hits.len() + request.answer(&arena)
}
