//! Reset ratchet: each thread has a scratch arena that it resets after each request. After one
//! large export, `reset` retains the export's chunk for ever.

use std::cell::RefCell;
use std::time::Duration;

use rand::RngExt;
use request_arena::doctor::{MeteredBump, metered};
use request_arena::{Arena, request_arena};

use crate::protocol::Examined;
use crate::service::{Request, Stage};

thread_local! {
    static SCRATCH: RefCell<MeteredBump> = RefCell::new(metered("scratch"));
}

pub(crate) fn run(mut stage: Stage) -> anyhow::Result<Examined> {
    let large = stage.draw.mib("the export", 40..=160);
    let usual = stage.draw.count("bytes of a usual request", 1_000..=40_000);
    let threads = stage.draw.count("threads", 1..=3);
    let rate = stage.draw.between("requests per second", 200..=1_000);

    let mut service = stage.open(threads)?;
    for window in 0..4 {
        service.serve("search", rate, Duration::from_secs(1), move |request| {
            search(request, usual);
        })?;
        if window == 0 {
            service.serve("export", 1, Duration::from_millis(1_100), move |request| {
                search(request, large);
            })?;
        }
        service.idle("idle", Duration::from_millis(400))?;
    }
    service.examine()
}

#[request_arena]
fn search(arena: Arena<'_>, request: &mut Request, bytes: usize) -> usize {
    let written = SCRATCH.with_borrow_mut(|scratch| {
        let written = scratch.alloc_slice_fill_copy(bytes, request.random.random::<u8>() | 1).len();
        scratch.reset();
        written
    });
    written + request.answer(&arena)
}
