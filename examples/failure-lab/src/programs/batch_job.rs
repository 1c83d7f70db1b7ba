//! Healthy: a job that needs much memory in each batch. Memory climbs with each batch and falls
//! again. The examination is between two batches.

use std::collections::HashMap;
use std::thread;
use std::time::Duration;

use super::ordinary::search_request;
use crate::protocol::Examined;
use crate::service::{Crew, Stage};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

/// A batch has this many parts of rows, and this pause after each.
const PARTS: usize = 20;
const PART: Duration = Duration::from_millis(20);

pub(crate) fn run(mut stage: Stage) -> anyhow::Result<Examined> {
    let bytes = stage.draw.mib("a batch", 40..=160);
    let row = stage.draw.count("bytes of a row", 100..=4_000);
    let batches = stage.draw.between("batches", 3..=4);
    let threads = stage.draw.count("threads", 1..=3);
    let rate = stage.draw.between("requests per second", 200..=1_000);
    let seed: u64 = stage.draw.random().random();

    let mut service = stage.open(threads)?;
    let job = Crew::hire("job", 1)?;
    service.serve("search", rate, Duration::from_millis(500), search_request)?;
    for number in 0..batches {
        job.each(move |_| drop(batch(seed ^ number, bytes, row)))?;
        service.end_phase("batch done")?;
        for _ in 0..2 {
            service.serve("search", rate, Duration::from_millis(600), search_request)?;
            service.idle("idle", Duration::from_millis(200))?;
        }
    }
    let examined = service.examine();
    drop(job);
    examined
}

/// A table of rows by their key, filled part by part.
fn batch(seed: u64, bytes: usize, row: usize) -> HashMap<u64, Vec<u8>> {
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    let mut table = HashMap::new();
    let rows = bytes / row;
    for _ in 0..PARTS {
        table.extend(
            (0..rows / PARTS)
                .map(|_| (random.random(), vec![1; random.random_range(row / 2..row * 3 / 2)])),
        );
        thread::sleep(PART);
    }
    table
}
