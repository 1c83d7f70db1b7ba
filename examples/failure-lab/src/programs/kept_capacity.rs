//! Kept capacity: a queue fills up in a burst, as its consumer stalls. Then it is emptied, and
//! keeps the block of its worst moment. The large bodies of some jobs are freed.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use request_arena::{Arena, request_arena};

use super::ordinary::search_request;
use crate::protocol::Examined;
use crate::service::{Request, Stage};

/// A job. Most have their body in the header.
#[derive(Debug)]
struct Job {
    #[expect(dead_code, reason = "it is only stored")]
    header: [u8; 120],
    #[expect(dead_code, reason = "it is only stored")]
    body: Vec<u8>,
}

/// One job in this many has a body of its own, so large that every allocator maps it by itself.
const LARGE: u64 = 1_000;
const BODY: usize = 256 << 10;

pub(crate) fn run(mut stage: Stage) -> anyhow::Result<Examined> {
    let jobs = stage.draw.between("jobs of a request", 1_500..=3_500);
    let threads = stage.draw.count("threads", 1..=2);
    let rate = stage.draw.between("requests per second", 150..=250);

    let mut service = stage.open(threads)?;
    service.serve("search", rate, Duration::from_millis(1_800), search_request)?;
    let queue = Arc::new(Mutex::new(VecDeque::new()));
    let stalled = Arc::clone(&queue);
    let stall = Duration::from_millis(900);
    service.serve("enqueue", rate, stall, move |request: &mut Request| {
        enqueue(request, &stalled, jobs);
    })?;
    queue.lock().expect("no request panicked").clear();
    service.serve("search", rate, Duration::from_millis(3_300), search_request)?;
    let examined = service.examine();
    drop(queue);
    examined
}

#[request_arena]
fn enqueue(
    arena: Arena<'_>,
    request: &mut Request,
    queue: &Mutex<VecDeque<Job>>,
    jobs: u64,
) -> usize {
    let mut queue = queue.lock().expect("no request panicked");
    for job in 0..jobs {
        let body = if job % LARGE == 0 { request.bytes(BODY) } else { Vec::new() };
        queue.push_back(Job { header: [1; 120], body });
    }
    drop(queue);
    request.answer(&arena)
}
