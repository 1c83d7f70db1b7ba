//! Long-lived arena: an index normalises each query in its own arena, an `Arc<Mutex<..>>` that it
//! never resets. The arena grows with requests and stands still without them.

use std::sync::{Arc, Mutex};

use rand::RngExt;
use request_arena::doctor::{MeteredBump, metered};
use request_arena::{Arena, request_arena};

use crate::protocol::Examined;
use crate::service::{Request, Stage};

pub(crate) fn run(mut stage: Stage) -> anyhow::Result<Examined> {
    let total = stage.draw.mib("left in all", 40..=120);
    let threads = stage.draw.count("threads", 1..=3);
    let rates = stage.draw.rates();
    let each = total / usize::try_from(rates.iter().sum::<u64>())?;

    let index = Arc::new(Mutex::new(metered("index")));
    stage.at_rates("search", threads, rates, move |request| {
        search(request, &index, each);
    })
}

#[request_arena]
fn search(
    arena: Arena<'_>,
    request: &mut Request,
    index: &Mutex<MeteredBump>,
    bytes: usize,
) -> usize {
    let index = index.lock().expect("no search panicked");
    let byte = request.random.random::<u8>() | 1;
    let normalised = index.alloc_slice_fill_copy(bytes, byte);
    let length = normalised.len();
    index.observe();
    drop(index);
    length + request.answer(&arena)
}
