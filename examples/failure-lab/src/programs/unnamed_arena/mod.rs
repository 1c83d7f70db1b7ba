//! Unnamed arena: a service normalises queries by a library. Three calls deep, the library keeps an
//! arena that it never resets. The service does not know about the arena.

mod normaliser;

use rand::RngExt;
use request_arena::{Arena, request_arena};

use self::normaliser::Normaliser;
use crate::protocol::Examined;
use crate::service::{Request, Stage};

pub(crate) fn run(mut stage: Stage) -> anyhow::Result<Examined> {
    let total = stage.draw.mib("left in all", 40..=120);
    let threads = stage.draw.count("threads", 1..=3);
    let rates = stage.draw.rates();
    let each = total / usize::try_from(rates.iter().sum::<u64>())?;

    let normaliser = Normaliser::default();
    stage.at_rates("search", threads, rates, move |request| {
        search(request, &normaliser, each);
    })
}

#[request_arena]
fn search(arena: Arena<'_>, request: &mut Request, normaliser: &Normaliser, bytes: usize) -> usize {
    let letter = request.random.random_range(b'a'..=b'z');
    let query = arena.alloc_slice_fill_copy(bytes, letter);
    normaliser.normalise(query) + request.answer(&arena)
}
