//! Delayed free: search threads build segments of an index, and a merger on another thread frees
//! them. mimalloc 2 puts a block that another thread frees on a list. The block's owner takes the
//! whole list back in the middle of some search: in one of a hundred calls of `malloc` that a page
//! at hand cannot serve.

use std::hint::black_box;
use std::sync::mpsc::sync_channel;
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use request_arena::doctor::{REMOTE_FREES, activity, latency};
use request_arena::{Arena, request_arena};

use crate::protocol::Examined;
use crate::service::{Crew, Request, Stage, Work};

/// What a search thread builds and another thread frees.
type Segment = Vec<Box<[u64; 8]>>;

/// The merger writes its result after this many blocks, which takes this long, and waits for the
/// disk at the end.
const SLICE: usize = 100_000;
const WRITE: Duration = Duration::from_millis(15);
const SYNC: Duration = Duration::from_millis(60);

pub(crate) fn run(mut stage: Stage) -> anyhow::Result<Examined> {
    let blocks = stage.draw.count("blocks of a segment", 600_000..=1_200_000);
    let merges = stage.draw.between("merges", 5..=7);
    let threads = stage.draw.count("threads", 1..=2);
    let rate = stage.draw.between("requests per second and thread", 2_000..=5_000) * threads as u64;
    let hits = stage.draw.count("hits of a request", 20..=100);
    let body = stage.draw.count("bytes of a response", 4_000..=20_000);
    let timed = latency("search");
    let serve = move |request: &mut Request| {
        timed.time(|| search(request, hits, body));
    };

    let mut service = stage.open(threads)?;
    let merger = Crew::hire("merger", 1)?;
    for _ in 0..merges {
        service.serve("search", rate, Duration::from_millis(500), serve)?;
        let (built, segments) = sync_channel::<Segment>(threads);
        service.front().each(move |_| {
            let segment = (0..blocks as u64).map(|block| Box::new([block; 8])).collect();
            built.send(segment).expect("the merger waits");
        })?;
        let segments = Mutex::new(segments);
        let merge: Work = Arc::new(move |_| {
            let merging = activity(REMOTE_FREES);
            segments.lock().expect("one merger").iter().for_each(merge);
            thread::sleep(SYNC);
            drop(merging);
        });
        merger.give(0, &merge)?;
        service.serve("search while merging", rate, Duration::from_millis(400), serve)?;
        merger.rest()?;
    }
    service.serve("search", rate, Duration::from_millis(500), serve)?;
    let examined = service.examine();
    drop(merger);
    examined
}

/// Frees a segment block by block.
fn merge(mut segment: Segment) {
    while !segment.is_empty() {
        segment.truncate(segment.len().saturating_sub(SLICE));
        thread::sleep(WRITE);
    }
}

#[request_arena]
fn search(arena: Arena<'_>, request: &mut Request, hits: usize, body: usize) -> usize {
    // A response that another thread sends, through a cache or a socket, is on the heap.
    let hits: Vec<Box<[u64; 8]>> = (0..hits as u64).map(|hit| Box::new([hit; 8])).collect();
    let mut response = Vec::new();
    while response.len() < body {
        response.extend(hits.iter().flat_map(|hit| hit[0].to_le_bytes()));
    }
    black_box(&response);
    request.answer(&arena)
}
