//! Huge pages: each thread has an arena of jemalloc, which asks for huge pages (`thp:always`). The
//! first bytes of an arena make 2 MiB resident, also if the thread never needs more.

use std::fs;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use anyhow::ensure;
use request_arena::process;

use super::ordinary::search_request;
use crate::protocol::Examined;
use crate::service::{Crew, Stage};

/// The kernel's setting, with the one that is on in brackets.
const ENABLED: &str = "/sys/kernel/mm/transparent_hugepage/enabled";

pub(crate) fn run(mut stage: Stage) -> anyhow::Result<Examined> {
    let workers = stage.draw.count("threads with an arena of their own", 40..=60);
    let state = stage.draw.count("bytes of a thread's state", 30_000..=120_000);
    let threads = stage.draw.count("threads", 1..=2);
    let rate = stage.draw.between("requests per second", 200..=1_000);

    let mut service = stage.open(threads)?;
    service.serve("search", rate, Duration::from_secs(1), search_request)?;
    let states = Arc::new(Mutex::new(Vec::new()));
    let crew = Crew::hire("worker", workers)?;
    let kept = Arc::clone(&states);
    crew.each(move |_| {
        let state: Vec<Box<[u8]>> = (0..state / 1000).map(|_| vec![1; 1000].into()).collect();
        kept.lock().expect("no thread panicked").push(state);
    })?;
    service.end_phase("threads started")?;
    let huge = process::read()?.huge_page_bytes;
    ensure!(huge.is_none_or(|huge| huge > 0), "the kernel has given no huge page");
    for _ in 0..3 {
        service.serve("search", rate, Duration::from_secs(1), search_request)?;
        service.idle("idle", Duration::from_millis(300))?;
    }
    let examined = service.examine();
    drop((crew, states));
    examined
}

/// Why this machine has no huge pages.
pub(crate) fn impossible() -> Option<String> {
    let enabled = fs::read_to_string(ENABLED).unwrap_or_default();
    let is_on = ["[always]", "[madvise]"].iter().any(|on| enabled.contains(on));
    (!is_on).then(|| format!("{ENABLED} is `{}`", enabled.trim_end()))
}
