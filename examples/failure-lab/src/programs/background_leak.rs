//! Real growth outside of handlers: requests hand their documents to a background thread, which
//! keeps a copy of each. It grows with the number of requests, and no handler allocated it.

use std::sync::mpsc::sync_channel;
use std::sync::{Arc, Mutex};
use std::thread;

use anyhow::{Context, anyhow};
use request_arena::{Arena, request_arena};

use crate::protocol::Examined;
use crate::service::{Request, Stage};

/// Documents that may wait for the thread.
const QUEUE: usize = 64;

pub(crate) fn run(mut stage: Stage) -> anyhow::Result<Examined> {
    let total = stage.draw.mib("left in all", 40..=120);
    let threads = stage.draw.count("threads", 1..=3);
    let rates = stage.draw.rates();
    let each = total / usize::try_from(rates.iter().sum::<u64>())?;

    let (queue, documents) = sync_channel::<Vec<u8>>(QUEUE);
    let archive = Arc::new(Mutex::new(Vec::new()));
    let kept = Arc::clone(&archive);
    let archivist = move || {
        for document in documents {
            let copy = document.clone();
            kept.lock().expect("no thread panicked").push(copy);
        }
    };
    let archivist = thread::Builder::new().name("archive".to_owned()).spawn(archivist);
    let archivist = archivist.context("the background thread does not start")?;
    let examined = stage.at_rates("upload", threads, rates, move |request| {
        upload(request, each, |document| {
            // The receiver is gone if the thread has panicked, which `join` reports.
            let _ = queue.send(document);
        });
    })?;
    archivist.join().map_err(|_| anyhow!("the background thread panicked"))?;
    drop(archive);
    Ok(examined)
}

#[request_arena]
fn upload(
    arena: Arena<'_>,
    request: &mut Request,
    bytes: usize,
    hand_over: impl Fn(Vec<u8>),
) -> usize {
    hand_over(request.bytes(bytes));
    request.answer(&arena)
}
