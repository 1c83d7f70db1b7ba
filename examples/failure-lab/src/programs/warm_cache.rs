//! Healthy: a cache of a data set fills up as requests ask for its entries, until it is full.
//! Memory climbs ever more slowly to the size of the data set.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use rand::RngExt;
use request_arena::{Arena, request_arena};

use crate::protocol::Examined;
use crate::service::{Request, Stage, ensure_live};

/// Entries by their number.
type Cache = Mutex<HashMap<u64, Vec<u8>>>;

const WINDOWS: u64 = 5;

pub(crate) fn run(mut stage: Stage) -> anyhow::Result<Examined> {
    let total = stage.draw.mib("data set", 40..=160);
    let each = stage.draw.count("bytes of an entry", 1_000..=8_000);
    let threads = stage.draw.count("threads", 1..=3);
    let rate = stage.draw.between("requests per second", 200..=800);
    // Each entry is asked for six times on average, and one of 400 never.
    let entries = (total / each) as u64;
    let lookups = 6 * entries / (rate * WINDOWS);

    let cache = Arc::new(Cache::default());
    let mut service = stage.open(threads)?;
    for _ in 0..WINDOWS {
        let cache = Arc::clone(&cache);
        service.serve("look up", rate, Duration::from_secs(1), move |request| {
            look_up(request, &cache, lookups, entries, each);
        })?;
        service.idle("idle", Duration::from_millis(300))?;
    }
    let examined = service.examine()?;
    let bytes = cache.lock().expect("no request panicked").values().map(Vec::capacity).sum();
    ensure_live("look_up", bytes)?;
    Ok(examined)
}

#[request_arena]
fn look_up(
    arena: Arena<'_>,
    request: &mut Request,
    cache: &Cache,
    lookups: u64,
    entries: u64,
    bytes: usize,
) -> usize {
    let mut cache = cache.lock().expect("no request panicked");
    for _ in 0..lookups {
        let entry = request.random.random_range(0..entries);
        cache.entry(entry).or_insert_with(|| request.bytes(bytes));
    }
    drop(cache);
    request.answer(&arena)
}
