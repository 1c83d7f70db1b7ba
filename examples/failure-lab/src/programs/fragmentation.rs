//! Fragmentation: a batch of documents is indexed, and their posting lists grow side by side. After
//! the batch most documents are dropped. The remaining lists are scattered over the pages, so the
//! allocator can give few pages back.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use super::ordinary::search_request;
use crate::protocol::Examined;
use crate::service::{Crew, Stage};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

/// Documents and posting lists that remain, of all threads.
type Index = Mutex<Vec<Vec<u32>>>;

pub(crate) fn run(mut stage: Stage) -> anyhow::Result<Examined> {
    let indexers = stage.draw.count("indexing threads", 2..=4);
    let documents = stage.draw.count("documents of a batch and thread", 25_000..=50_000);
    let batches = stage.draw.between("batches", 5..=7);
    let kept = stage.draw.between("documents kept, of 1000", 70..=140);
    let longest = stage.draw.count("longest posting list", 120..=240);
    let threads = stage.draw.count("threads", 1..=2);
    let rate = stage.draw.between("requests per second", 200..=1_000);
    let seed: u64 = stage.draw.random().random();

    let index = Arc::new(Index::default());
    let mut service = stage.open(threads)?;
    let indexers = Crew::hire("indexer", indexers)?;
    for number in 0..batches {
        let index = Arc::clone(&index);
        indexers.each(move |thread| {
            let random = ChaCha8Rng::seed_from_u64(seed ^ (number << 8 | thread));
            batch(random, documents, longest, kept, &index);
        })?;
        service.end_phase("batch indexed")?;
        service.serve("search", rate, Duration::from_millis(500), search_request)?;
    }
    service.idle("idle", Duration::from_millis(500))?;
    service.serve("search", rate, Duration::from_secs(1), search_request)?;
    let report = service.examine();
    drop(index);
    report
}

/// Grows the lists of a batch side by side, and keeps some.
fn batch(mut random: ChaCha8Rng, documents: usize, longest: usize, kept: u64, index: &Index) {
    let mut lists: Vec<Vec<u32>> = Vec::new();
    lists.resize_with(documents, Vec::new);
    let lengths: Vec<usize> = lists.iter().map(|_| random.random_range(4..longest)).collect();
    for position in 0..longest {
        for (list, _) in lists.iter_mut().zip(&lengths).filter(|(_, length)| position < **length) {
            list.push(random.random());
        }
    }
    lists.retain(|_| random.random_range(0..1000) < kept);
    index.lock().expect("no indexer panicked").append(&mut lists);
}
