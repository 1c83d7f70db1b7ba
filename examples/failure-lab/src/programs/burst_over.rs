//! Healthy: a burst of large uploads, each in one buffer and with an arena that grows. After the
//! burst, allocator and arenas give the memory back.
//!
//! The buffers are so large that every allocator maps each by itself. `retention` has the burst of
//! small blocks, which ends otherwise.

use std::thread;
use std::time::Duration;

use request_arena::{Arena, configure, request_arena};

use super::ordinary::search_request;
use crate::protocol::Examined;
use crate::service::{Crew, Request, Stage};

/// A body arrives in this many parts, with this pause after each.
const PARTS: usize = 10;
const PART: Duration = Duration::from_millis(20);

pub(crate) fn run(mut stage: Stage) -> anyhow::Result<Examined> {
    let uploads = stage.draw.count("uploads at once", 2..=4);
    let body = stage.draw.mib("an upload", 34..=64);
    let usual_body = stage.draw.mib("a usual upload", 17..=24);
    let indexed = stage.draw.count("KiB of its index", 200..=2_000) << 10;
    let threads = stage.draw.count("threads", 1..=3);
    let rate = stage.draw.between("requests per second", 200..=1_000);
    // Idle arenas are retained for a second instead of five, as jemalloc's pages are.
    configure(|settings| settings.decay = Some(Duration::from_secs(1)));

    let mut service = stage.open(threads)?;
    service.serve("search", rate, Duration::from_secs(1), search_request)?;
    Crew::hire("connection", uploads)?.each(move |number| upload(number, body, indexed))?;
    service.end_phase("uploads imported, connections closed")?;
    for _ in 0..4 {
        // Usual days have an upload now and then, too: mimalloc gives large blocks back only when
        // the service asks for others.
        Crew::hire("connection", 1)?.each(move |number| upload(number, usual_body, indexed))?;
        service.serve("search", rate, Duration::from_millis(900), search_request)?;
        service.idle("idle", Duration::from_millis(300))?;
    }
    service.examine()
}

/// A body that arrives in parts, as from a network.
fn upload(number: u64, size: usize, indexed: usize) {
    let mut request = Request::new(number);
    let mut body = Vec::with_capacity(size);
    for part in 1..=PARTS {
        body.resize(size * part / PARTS, 1);
        thread::sleep(PART);
    }
    import(&mut request, &body[..indexed]);
}

#[request_arena]
fn import(arena: Arena<'_>, request: &mut Request, indexed: &[u8]) -> usize {
    arena.alloc_slice_copy(indexed).len() + request.answer(&arena)
}
