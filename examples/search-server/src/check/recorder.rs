//! The recorder: receives the event at the end of every scope, and keeps exact figures for each
//! handler.

use std::{
    collections::{BTreeMap, HashMap},
    fmt,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use hdrhistogram::Histogram;
use tracing::{Event, Metadata, Subscriber, field, subscriber::SetGlobalDefaultError};
use tracing_subscriber::{
    Layer, Registry,
    layer::{Context, SubscriberExt},
};

const TARGET: &str = "request_arena";

/// The figures of one handler's scopes.
#[derive(Clone, Debug)]
pub(super) struct Scopes {
    /// The number of scopes with each outcome.
    pub(super) outcomes: BTreeMap<String, u64>,
    /// Live bytes at the end of the scope.
    pub(super) used: Histogram<u64>,
    /// The peak of live bytes.
    pub(super) peak_used: Histogram<u64>,
    /// Bytes of the arena's chunks.
    pub(super) reserved: Histogram<u64>,
    /// Chunks from the allocator.
    pub(super) chunks: u64,
}

/// Keeps the figures of the events. Clones share them.
#[derive(Clone, Debug, Default)]
pub struct Recorder {
    scopes: Arc<Mutex<HashMap<String, Scopes>>>,
}

impl Recorder {
    /// Installs a recorder for the whole process.
    ///
    /// # Errors
    /// If there is a subscriber already.
    pub fn install() -> Result<Self, SetGlobalDefaultError> {
        let recorder = Self::default();
        tracing::subscriber::set_global_default(Registry::default().with(recorder.clone()))?;
        Ok(recorder)
    }

    /// How many scopes of this name have ended.
    pub fn scopes(&self, name: &str) -> u64 {
        self.lock().get(name).map_or(0, |scopes| scopes.used.len())
    }

    /// The figures of the scopes with this name.
    pub(super) fn of(&self, name: &str) -> Option<Scopes> {
        self.lock().get(name).cloned()
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<String, Scopes>> {
        self.scopes.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<S: Subscriber> Layer<S> for Recorder {
    fn enabled(&self, metadata: &Metadata<'_>, _: Context<'_, S>) -> bool {
        metadata.target() == TARGET
    }

    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        let mut end = End::default();
        event.record(&mut end);
        let mut scopes = self.lock();
        let scopes = match scopes.get_mut(&end.scope) {
            Some(scopes) => scopes,
            None => {
                let Ok(empty) = Histogram::new(3) else { return };
                let (used, peak_used, reserved) = (empty.clone(), empty.clone(), empty);
                let new =
                    Scopes { outcomes: BTreeMap::new(), used, peak_used, reserved, chunks: 0 };
                scopes.entry(std::mem::take(&mut end.scope)).or_insert(new)
            }
        };
        // Only a histogram with a fixed range refuses a value.
        let _ = scopes.used.record(end.used);
        let _ = scopes.peak_used.record(end.peak_used);
        let _ = scopes.reserved.record(end.reserved);
        scopes.chunks += end.chunks;
        *scopes.outcomes.entry(end.outcome).or_default() += 1;
    }
}

/// The fields of the event.
#[derive(Debug, Default)]
struct End {
    scope: String,
    outcome: String,
    used: u64,
    peak_used: u64,
    reserved: u64,
    chunks: u64,
}

impl field::Visit for End {
    fn record_u64(&mut self, field: &field::Field, value: u64) {
        match field.name() {
            "arena.used_bytes" => self.used = value,
            "arena.peak_used_bytes" => self.peak_used = value,
            "arena.reserved_bytes" => self.reserved = value,
            "arena.chunks" => self.chunks = value,
            _ => {}
        }
    }

    fn record_str(&mut self, field: &field::Field, value: &str) {
        match field.name() {
            "scope" => value.clone_into(&mut self.scope),
            "outcome" => value.clone_into(&mut self.outcome),
            _ => {}
        }
    }

    fn record_debug(&mut self, field: &field::Field, value: &dyn fmt::Debug) {
        self.record_str(field, &format!("{value:?}"));
    }
}
