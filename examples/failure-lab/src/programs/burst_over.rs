//! Healthy: many large requests at once, with bodies that wait and arenas that grow; and it is over. Memory was high, and is given back.

use std::time::Duration;

use rand::RngExt;
use request_arena::{Arena, configure, request_arena};

use crate::protocol::Examined;
use crate::service::{Crew, Request, Stage};

pub(crate) fn run(mut stage: Stage) -> anyhow::Result<Examined> {
    let waiting = stage.draw.mib("bodies that wait", 40..=160);
    let body = stage.draw.count("KiB of a body", 32..=512) << 10;
    let arena_bytes = stage.draw.mib("arena of a large request", 1..=12);
    let threads = stage.draw.count("threads", 2..=4);
    let rate = stage.draw.between("requests per second", 200..=1_000);
    // As jemalloc's pages, arenas that nobody uses are kept for a second here, not for five.
    configure(|settings| settings.decay = Some(Duration::from_secs(1)));

    let mut service = stage.open(threads)?;
    service.serve("search", rate, Duration::from_secs(1), search_request)?;
    // The connections' threads read bodies, which wait for their turn; and are dropped when they are answered.
    let connections = Crew::hire("connection", threads)?;
    let bodies = waiting / body / threads;
    connections.each(move |_| {
        let mut request = Request::new(0);
        let waiting: Vec<Vec<u8>> = (0..bodies).map(|_| request.bytes(body)).collect();
        waiting.iter().for_each(|body| {
            import(&mut request, body, arena_bytes);
        });
    })?;
    service.told("burst answered")?;
    for _ in 0..5 {
        service.serve("search", rate, Duration::from_millis(700), search_request)?;
        service.idle("idle", Duration::from_millis(300))?;
    }
    let examined = service.examine();
    drop(connections);
    examined
}

#[request_arena]
fn import(arena: Arena<'_>, request: &mut Request, body: &[u8], bytes: usize) -> usize {
    let parsed = arena.alloc_slice_fill_with(bytes, |at| body[at % body.len()]);
    parsed.len() + request.answer(&arena)
}

fn search_request(request: &mut Request) {
    let _: u32 = request.random.random();
    search(request);
}

#[request_arena]
fn search(arena: Arena<'_>, request: &mut Request) -> usize {
    request.answer(&arena)
}
