//! Mapped memory: each request leaves a buffer in a map of its own, as JITs, WebAssembly runtimes
//! and drivers do. No allocator counts the maps.

use std::sync::{Arc, Mutex};

use memmap2::MmapMut;
use request_arena::{Arena, request_arena};

use crate::protocol::Examined;
use crate::service::{Request, Stage};

/// The smallest map, which is a page.
const PAGE: usize = 4096;

/// The maps that the service never unmaps.
type Modules = Mutex<Vec<MmapMut>>;

pub(crate) fn run(mut stage: Stage) -> anyhow::Result<Examined> {
    let total = stage.draw.mib("left in all", 60..=160);
    let threads = stage.draw.count("threads", 1..=3);
    let rates = stage.draw.rates();
    let each = (total / usize::try_from(rates.iter().sum::<u64>())?).next_multiple_of(PAGE);

    let modules = Arc::new(Modules::default());
    stage.at_rates("compile", threads, rates, move |request| {
        compile(request, &modules, each);
    })
}

#[request_arena]
fn compile(arena: Arena<'_>, request: &mut Request, modules: &Modules, bytes: usize) -> usize {
    let mut module = MmapMut::map_anon(bytes).expect("there is address space");
    module.fill(1);
    modules.lock().expect("no request panicked").push(module);
    request.answer(&arena)
}
