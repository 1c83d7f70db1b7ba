//! The sampler: takes readings into the history, in a thread of its own.

use core::time::Duration;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use super::history::History;
use super::probe::{self, Probe};
use super::reading::Reading;
use super::report::Allocator;
use crate::process;

/// What the sampler's thread and the doctor share.
#[derive(Debug)]
pub(super) struct Sampler {
    began: Instant,
    state: Mutex<State>,
    stop: Mutex<bool>,
    stopped: Condvar,
}

/// The probes and what they have told.
#[derive(Debug)]
pub(super) struct State {
    probes: Vec<Box<dyn Probe>>,
    pub(super) allocators: Vec<Allocator>,
    pub(super) history: History,
}

impl Sampler {
    pub(super) fn new(others: Vec<Box<dyn Probe>>) -> Self {
        let mut probes = probe::known();
        probes.extend(others);
        let mut allocators = Vec::new();
        probes.retain_mut(|probe| {
            let serves = probe.serves();
            let is_used = serves.rust || serves.c;
            if is_used {
                allocators.push(Allocator { name: probe.name().to_owned(), serves });
            }
            is_used
        });
        let state = State { probes, allocators, history: History::default() };
        Self { began: Instant::now(), state: Mutex::new(state), stop: Mutex::new(false), stopped: Condvar::new() }
    }

    /// Takes a reading, if the operating system answers.
    pub(super) fn sample(&self) {
        let mut state = self.state();
        let Ok(process) = process::read() else { return };
        let heaps = state.probes.iter_mut().map(|probe| probe.read()).collect();
        let (reading, _) = Reading::take(self.began.elapsed(), process, heaps);
        state.history.push(reading);
    }

    pub(super) fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes a reading every `interval` until it is stopped.
    pub(super) fn run(&self, interval: Duration) {
        loop {
            self.sample();
            let stop = self.stop.lock().unwrap_or_else(PoisonError::into_inner);
            let waited = self.stopped.wait_timeout_while(stop, interval, |stop| !*stop);
            if *waited.unwrap_or_else(PoisonError::into_inner).0 {
                return;
            }
        }
    }

    pub(super) fn stop(&self) {
        *self.stop.lock().unwrap_or_else(PoisonError::into_inner) = true;
        self.stopped.notify_all();
    }
}
