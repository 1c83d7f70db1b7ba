//! Thread stacks: a blocking pool has started many threads. Each has written much of its stack
//! once, and waits.

use std::hint::black_box;
use std::time::Duration;

use super::ordinary::search_request;
use crate::protocol::Examined;
use crate::service::{Crew, Stage};

/// The array that each job has on its stack.
const ON_STACK: usize = 400 << 10;

pub(crate) fn run(mut stage: Stage) -> anyhow::Result<Examined> {
    let pool = stage.draw.count("blocking threads", 80..=160);
    let threads = stage.draw.count("threads", 1..=2);
    let rate = stage.draw.between("requests per second", 200..=1_000);

    let mut service = stage.open(threads)?;
    service.serve("search", rate, Duration::from_secs(1), search_request)?;
    let pool = Crew::hire("blocking", pool)?;
    pool.each(|_| {
        black_box([1_u8; ON_STACK]);
    })?;
    service.end_phase("jobs done")?;
    service.serve("search", rate, Duration::from_millis(3_500), search_request)?;
    let examined = service.examine();
    drop(pool);
    examined
}
