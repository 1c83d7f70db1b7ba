//! Real growth outside of handlers: requests report to a background thread, which keeps an entry
//! for each. It grows with the number of requests, and no handler allocated it.

use std::sync::mpsc::sync_channel;
use std::sync::{Arc, Mutex};
use std::thread;

use anyhow::{Context, anyhow};
use request_arena::{Arena, request_arena};

use crate::protocol::Examined;
use crate::service::{Request, Stage};

/// Reports that may wait for the thread.
const QUEUE: usize = 64;

pub(crate) fn run(mut stage: Stage) -> anyhow::Result<Examined> {
    let total = stage.draw.mib("left in all", 40..=120);
    let threads = stage.draw.count("threads", 1..=3);
    let rates = stage.draw.rates();
    let each = total / usize::try_from(rates.iter().sum::<u64>())?;
    let event = stage.draw.count("bytes of the largest event", 500..=4_000);

    let (queue, reports) = sync_channel::<u64>(QUEUE);
    let history = Arc::new(Mutex::new(Vec::new()));
    let kept = Arc::clone(&history);
    let historian = move || {
        for report in reports {
            let entry = Request::new(report).events(each, event);
            kept.lock().expect("no thread panicked").push(entry);
        }
    };
    let historian = thread::Builder::new().name("history".to_owned()).spawn(historian);
    let historian = historian.context("the background thread does not start")?;
    let examined = stage.at_rates("search", threads, rates, move |request| {
        search(request, |report| {
            // The receiver is gone if the thread has panicked, which `join` reports.
            let _ = queue.send(report);
        });
    })?;
    historian.join().map_err(|_| anyhow!("the background thread panicked"))?;
    drop(history);
    Ok(examined)
}

#[request_arena]
fn search(arena: Arena<'_>, request: &mut Request, report: impl Fn(u64)) -> usize {
    report(request.number);
    request.answer(&arena)
}
