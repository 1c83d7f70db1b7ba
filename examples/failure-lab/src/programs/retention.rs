//! Retention: threads build large batches, free them, and then have no more work. jemalloc without
//! its background thread gives freed pages back only while a thread allocates from the same arena,
//! and these threads no longer allocate. mimalloc does the same. glibc gives back only the end of a
//! heap.

use std::time::Duration;

use super::ordinary::search_request;
use crate::protocol::Examined;
use crate::service::{Crew, Stage};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

pub(crate) fn run(mut stage: Stage) -> anyhow::Result<Examined> {
    let bytes = stage.draw.mib("a batch", 120..=320);
    let indexers = stage.draw.count("indexing threads", 2..=4);
    let largest = stage.draw.count("bytes of the largest document", 1_000..=16_000);
    let threads = stage.draw.count("threads", 1..=2);
    let rate = stage.draw.between("requests per second", 200..=1_000);
    let seed = stage.draw.random().random();

    let mut service = stage.open(threads)?;
    let indexers_bytes = bytes / indexers;
    let indexers = Crew::hire("indexer", indexers)?;
    service.serve("search", rate, Duration::from_secs(1), search_request)?;
    indexers.each(move |thread| drop(batch(seed, thread, indexers_bytes, largest)))?;
    service.end_phase("batch indexed and freed")?;
    for _ in 0..3 {
        service.serve("search", rate, Duration::from_secs(1), search_request)?;
        service.idle("idle", Duration::from_millis(500))?;
    }
    service.examine()
}

/// Documents of many sizes, `bytes` in all.
fn batch(seed: u64, thread: u64, bytes: usize, largest: usize) -> Vec<Box<[u8]>> {
    let mut random = ChaCha8Rng::seed_from_u64(seed ^ thread);
    let (mut documents, mut left) = (Vec::new(), bytes);
    while left > 0 {
        let size = random.random_range(100..largest).min(left);
        documents.push(vec![1; size].into());
        left -= size;
    }
    documents
}
