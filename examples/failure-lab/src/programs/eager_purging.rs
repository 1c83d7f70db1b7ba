//! Eager purging: each request allocates buffers, writes them, and frees them. The allocator gives
//! the pages back at once, and the next request faults them in again. Memory is flat.

use std::hint::black_box;
use std::time::Duration;

use request_arena::{Arena, request_arena};

use crate::protocol::Examined;
use crate::service::{Request, Stage};

pub(crate) fn run(mut stage: Stage) -> anyhow::Result<Examined> {
    let total = stage.draw.mib("buffers of a request", 8..=12);
    let buffer = stage.draw.count("bytes of a buffer", 40_000..=100_000);
    let threads = stage.draw.count("threads", 1..=2);
    let rate = stage.draw.between("requests per second", 40..=60);

    let mut service = stage.open(threads)?;
    for _ in 0..5 {
        service.serve("resize", rate, Duration::from_secs(1), move |request: &mut Request| {
            resize(request, total, buffer);
        })?;
    }
    service.examine()
}

#[request_arena]
fn resize(arena: Arena<'_>, request: &mut Request, total: usize, buffer: usize) -> usize {
    let buffers: Vec<Vec<u8>> = (0..total / buffer).map(|_| request.bytes(buffer)).collect();
    drop(black_box(buffers));
    request.answer(&arena)
}
