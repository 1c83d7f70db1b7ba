//! Samples the memory of the group, from outside, until it is stopped.

use std::sync::mpsc::{RecvTimeoutError, SyncSender, sync_channel};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use anyhow::{Context, anyhow};

use crate::group::{Files, Usage};

const EVERY: Duration = Duration::from_millis(20);

/// The memory at one moment.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Sample {
    /// Since the first sample.
    pub(crate) at: Duration,
    pub(crate) usage: Usage,
}

/// A thread that takes samples.
#[derive(Debug)]
pub(crate) struct Watch {
    thread: JoinHandle<anyhow::Result<Vec<Sample>>>,
    stop: SyncSender<()>,
}

impl Watch {
    pub(crate) fn start(group: Files) -> anyhow::Result<Self> {
        let (stop, stopped) = sync_channel::<()>(1);
        let thread = thread::Builder::new().name("watch".into()).spawn(move || {
            let began = Instant::now();
            let mut samples = Vec::new();
            loop {
                samples.push(Sample { at: began.elapsed(), usage: group.usage()? });
                if stopped.recv_timeout(EVERY) != Err(RecvTimeoutError::Timeout) {
                    return Ok(samples);
                }
            }
        });
        Ok(Self { thread: thread.context("no thread")?, stop })
    }

    pub(crate) fn stop(self) -> anyhow::Result<Vec<Sample>> {
        // It has ended already if the group cannot be read.
        let _ = self.stop.send(());
        self.thread.join().map_err(|_| anyhow!("the watching thread panicked"))?
    }
}
