//! `#[tracing::instrument]` below and above `#[request_arena]`: the span of the scope's event, and
//! the span that records its figures.
//!
//! Below, the span is around the scope. The event is in it, and its declared fields are recorded.
//!
//! Above, `#[instrument]` expands first, so the span is part of the body, inside the scope. The
//! event is in the caller's span, and the arena is one of the recorded arguments.

use core::fmt::Debug;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use request_arena::extract::JsonBody;
use request_arena::{Arena, request_arena};
use request_arena_frameworks::suite::words;
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Instrument, Subscriber, instrument};
use tracing_subscriber::layer::{Context, Layer, SubscriberExt};
use tracing_subscriber::registry::LookupSpan;

type Fields = BTreeMap<String, String>;

/// The records of a subscriber.
#[derive(Clone, Debug, Default)]
struct Records {
    /// The scopes' events: the name of the site, and the name of the span.
    events: Vec<(String, Option<String>)>,
    /// The fields of each span, by its name.
    spans: BTreeMap<String, Fields>,
}

#[derive(Clone, Default)]
struct Recorder(Arc<Mutex<Records>>);

impl Recorder {
    fn with<R>(&self, work: impl FnOnce(&mut Records) -> R) -> R {
        work(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

struct Into<'f>(&'f mut Fields);

impl Visit for Into<'_> {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        self.0.insert(field.name().to_owned(), format!("{value:?}"));
    }
}

impl<S: Subscriber + for<'s> LookupSpan<'s>> Layer<S> for Recorder {
    fn on_new_span(&self, attributes: &Attributes<'_>, _: &Id, _: Context<'_, S>) {
        let name = attributes.metadata().name().to_owned();
        self.with(|records| attributes.record(&mut Into(records.spans.entry(name).or_default())));
    }

    fn on_record(&self, span: &Id, values: &Record<'_>, context: Context<'_, S>) {
        let name = context.span(span).expect("a span").name().to_owned();
        self.with(|records| values.record(&mut Into(records.spans.entry(name).or_default())));
    }

    fn on_event(&self, event: &Event<'_>, context: Context<'_, S>) {
        if event.metadata().target() == "request_arena" {
            let mut fields = Fields::new();
            event.record(&mut Into(&mut fields));
            let span = context.event_span(event).map(|span| span.name().to_owned());
            self.with(|records| records.events.push((fields["scope"].clone(), span)));
        }
    }
}

/// The records for a future that runs in a span of its caller.
fn recorded<R>(future: impl Future<Output = R>) -> Records {
    let recorder = Recorder::default();
    let _guard =
        tracing::subscriber::set_default(tracing_subscriber::registry().with(recorder.clone()));
    let caller = tracing::info_span!(
        "caller",
        arena.used_bytes = tracing::field::Empty,
        arena.peak_used_bytes = tracing::field::Empty
    );
    smol::block_on(future.instrument(caller));
    recorder.with(|records| records.clone())
}

fn event(scope: &str, span: &str) -> Vec<(String, Option<String>)> {
    vec![(format!("{scope:?}"), Some(span.to_owned()))]
}

#[request_arena]
#[instrument(fields(arena.used_bytes, arena.peak_used_bytes))]
async fn below(arena: Arena<'_>, text: &str) -> usize {
    smol::future::yield_now().await;
    words(&arena, text).len()
}

#[test]
fn below_the_scopes_event_is_in_the_functions_span_which_has_its_figures() {
    let records = recorded(below("a-bc"));
    assert_eq!(records.events, event("below", "below"));
    let span = &records.spans["below"];
    assert_eq!(span["text"], "\"a-bc\"");
    let used: usize = span["arena.used_bytes"].parse().expect("a number");
    assert!(
        used >= 4 + 2 * size_of::<&str>()
            && span["arena.peak_used_bytes"].parse().is_ok_and(|peak: usize| peak >= used)
    );
    assert!(!span.contains_key("arena"), "it has no arena among its arguments: {span:?}");
    assert_eq!(records.spans["caller"], Fields::new());
}

#[request_arena(into = String)]
#[instrument(ret)]
fn below_with_into<'a>(arena: Arena<'a>, text: &str) -> &'a str {
    words(&arena, text)[0]
}

#[test]
fn below_the_recorded_result_is_that_of_the_caller() {
    let records = recorded(async { assert_eq!(below_with_into("a-bc"), "a") });
    assert_eq!(records.events, event("below_with_into", "below_with_into"));
}

#[instrument(skip(arena), fields(arena.used_bytes))]
#[request_arena]
async fn above(arena: Arena<'_>, text: &str) -> usize {
    smol::future::yield_now().await;
    words(&arena, text).len()
}

#[test]
fn above_the_scopes_event_is_in_the_callers_span_which_has_its_figures() {
    let records = recorded(above("a-bc"));
    assert_eq!(records.events, event("above", "caller"));
    assert_eq!(
        records.spans["above"],
        Fields::from([(String::from("text"), String::from("\"a-bc\""))])
    );
    assert!(records.spans["caller"].contains_key("arena.used_bytes"));
}

#[instrument]
#[request_arena]
fn above_without_skip(arena: Arena<'_>, text: &str) -> usize {
    words(&arena, text).len()
}

#[test]
fn above_the_arena_is_an_argument_unless_it_is_skipped() {
    let records = recorded(async { assert_eq!(above_without_skip("a-bc"), 2) });
    assert_eq!(records.spans["above_without_skip"]["text"], "\"a-bc\"");
    assert!(records.spans["above_without_skip"]["arena"].starts_with("Arena"), "{records:?}");
}

#[request_arena(into = String, on_reject = |rejection| rejection.to_string())]
#[instrument]
async fn parsed_below<'a>(arena: Arena<'a>, #[json] texts: &'a [&'a str]) -> &'a str {
    smol::future::yield_now().await;
    arena.alloc_join(texts, "+")
}

/// The span records the extractor, which shows its length only.
#[test]
fn below_the_argument_is_the_extractor() {
    let records = recorded(async {
        assert_eq!(parsed_below(JsonBody::new(r#"["a","b"]"#)).await, "a+b");
    });
    assert_eq!(records.events, event("parsed_below", "parsed_below"));
    assert_eq!(records.spans["parsed_below"]["texts"], "JsonBody(9 bytes)");
}

#[instrument(skip(arena))]
#[request_arena(into = String, on_reject = |rejection| rejection.to_string())]
async fn parsed_above<'a>(arena: Arena<'a>, #[json] texts: &'a [&'a str]) -> &'a str {
    smol::future::yield_now().await;
    arena.alloc_join(texts, "+")
}

#[test]
fn above_the_argument_is_the_parsed_value() {
    let records = recorded(async {
        assert_eq!(parsed_above(JsonBody::new(r#"["a","b"]"#)).await, "a+b");
        assert!(parsed_above(JsonBody::new("1")).await.contains("invalid type"));
    });
    assert_eq!(records.spans["parsed_above"]["texts"], r#"["a", "b"]"#);
}
