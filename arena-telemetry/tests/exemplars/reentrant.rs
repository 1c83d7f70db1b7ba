//! Scopes that end inside of `tracing` and OpenTelemetry, where locks of spans are held.

use std::fmt;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use ::opentelemetry_0_33::Context;
use request_arena_core::{Site, scope};
use request_arena_telemetry::opentelemetry_0_33::current_trace;
use tracing::Subscriber;
use tracing::span::{Attributes, Id};
use tracing_subscriber::layer::{self, Layer, SubscriberExt as _};
use tracing_subscriber::registry::LookupSpan;

use crate::service::subscriber;

static SITE: Site = Site::new("reentrant", module_path!(), file!(), line!());
static SCOPES: AtomicUsize = AtomicUsize::new(0);

/// Ends a scope that is larger than all before, so that it asks for its trace.
fn larger_scope() {
    let bytes = 100 + SCOPES.fetch_add(1, Relaxed);
    scope(&SITE, |arena| {
        arena.alloc_slice_fill_copy(bytes, 0_u8);
    });
    // The same question, also if another test has not set the source yet.
    let _ = current_trace();
}

/// Opens a scope wherever it is formatted, or dropped.
struct Opens;

impl fmt::Debug for Opens {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        larger_scope();
        f.write_str("Opens")
    }
}

impl Drop for Opens {
    fn drop(&mut self) {
        larger_scope();
    }
}

/// A layer that keeps such a value in each span, and ends scopes in all of its callbacks.
struct Nosy;

impl<S: Subscriber + for<'s> LookupSpan<'s>> Layer<S> for Nosy {
    fn on_new_span(&self, _: &Attributes<'_>, id: &Id, context: layer::Context<'_, S>) {
        let span = context.span(id).unwrap();
        let mut extensions = span.extensions_mut();
        extensions.insert(Opens);
        larger_scope();
    }

    fn on_enter(&self, _: &Id, _: layer::Context<'_, S>) {
        larger_scope();
    }

    fn on_exit(&self, _: &Id, _: layer::Context<'_, S>) {
        larger_scope();
    }

    fn on_close(&self, id: Id, context: layer::Context<'_, S>) {
        let span = context.span(&id).unwrap();
        let _extensions = span.extensions_mut();
        larger_scope();
    }
}

#[test]
fn a_scope_may_end_while_a_span_is_locked() {
    let (send, done) = mpsc::channel();
    let worker = thread::spawn(move || {
        tracing::subscriber::with_default(subscriber().with(Nosy), || {
            let span =
                tracing::info_span!("outer", created = ?Opens, later = tracing::field::Empty);
            let entered = span.enter();
            span.record("later", tracing::field::debug(Opens));
            tracing::info!(event = ?Opens, "inside");
            let context = Context::current_with_value(Opens);
            drop(context.attach());
            drop(entered);
            drop(span);
        });
        send.send(()).unwrap();
    });
    let ended = done.recv_timeout(Duration::from_secs(60));
    assert!(ended.is_ok(), "a scope waits for a lock of its own thread");
    worker.join().unwrap();
    assert!(SCOPES.load(Relaxed) > 10, "{}", SCOPES.load(Relaxed));
}
