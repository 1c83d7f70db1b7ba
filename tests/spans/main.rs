//! The event at a scope's end: its level, its span, and the fields that the span declared.

#[path = "../support/mod.rs"]
mod support;

use core::fmt::Debug;
use core::time::Duration;
use std::cell::RefCell;
use std::collections::BTreeMap;

use request_arena::{Arena, Site, configure, request_arena, scope, scope_async};
use support::{alone, pause, poll_once};
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Instrument, Level, Subscriber};
use tracing_subscriber::layer::{Context, Layer, SubscriberExt};
use tracing_subscriber::registry::LookupSpan;

#[derive(Clone, Debug, Default)]
struct Fields(BTreeMap<String, String>);

impl Visit for Fields {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        self.0.insert(field.name().to_owned(), format!("{value:?}"));
    }
}

/// The level, the name of the span, and the fields.
type Seen = (Level, Option<String>, BTreeMap<String, String>);

thread_local! {
    static SEEN: RefCell<Vec<Seen>> = const { RefCell::new(Vec::new()) };
    static RECORDED: RefCell<BTreeMap<String, String>> = const { RefCell::new(BTreeMap::new()) };
}

struct Recorder;

impl<S: Subscriber + for<'s> LookupSpan<'s>> Layer<S> for Recorder {
    fn on_new_span(&self, _: &Attributes<'_>, _: &Id, _: Context<'_, S>) {}

    fn on_record(&self, _: &Id, values: &Record<'_>, _: Context<'_, S>) {
        let mut fields = Fields::default();
        values.record(&mut fields);
        RECORDED.with_borrow_mut(|recorded| recorded.extend(fields.0));
    }

    fn on_event(&self, event: &Event<'_>, context: Context<'_, S>) {
        if event.metadata().target() != "request_arena" {
            return;
        }
        let mut fields = Fields::default();
        event.record(&mut fields);
        let span = context.event_span(event).map(|span| span.name().to_owned());
        SEEN.with_borrow_mut(|seen| seen.push((*event.metadata().level(), span, fields.0)));
    }
}

/// The events of `work` and its records in spans, under a subscriber with the level `level`.
fn events(level: Level, work: impl FnOnce()) -> (Vec<Seen>, BTreeMap<String, String>) {
    let _alone = alone();
    let filter = tracing_subscriber::filter::LevelFilter::from_level(level);
    let subscriber = tracing_subscriber::registry().with(filter).with(Recorder);
    tracing::subscriber::with_default(subscriber, || {
        tracing::callsite::rebuild_interest_cache();
        SEEN.take();
        RECORDED.take();
        work();
    });
    (SEEN.take(), RECORDED.take())
}

fn request_span() -> tracing::Span {
    tracing::info_span!(
        "request",
        arena.used_bytes = tracing::field::Empty,
        arena.peak_used_bytes = tracing::field::Empty
    )
}

#[test]
fn fields_that_the_requests_span_declared_are_recorded_and_others_are_not() {
    static SITE: Site = Site::new("fields", module_path!(), file!(), line!());
    let (seen, recorded) = events(Level::INFO, || {
        request_span()
            .in_scope(|| scope(&SITE, |arena| arena.alloc_slice_fill_copy(1000, 1_u8).len()));
    });
    assert_eq!(seen, [], "the event itself is DEBUG");
    let expected = [("arena.used_bytes", "1000"), ("arena.peak_used_bytes", "1000")];
    assert_eq!(recorded, expected.map(|(name, value)| (name.to_owned(), value.to_owned())).into());
}

#[test]
fn the_event_is_in_the_requests_own_span_wherever_the_future_is_dropped() {
    static SITE: Site = Site::new("dropped elsewhere", module_path!(), file!(), line!());
    let (seen, recorded) = events(Level::DEBUG, || {
        let mut future = Box::pin(scope_async(&SITE, async |arena| {
            arena.alloc_slice_fill_copy(50, 1_u8);
            pause().await;
        }));
        // A middleware may enter its span only for each poll.
        request_span().in_scope(|| assert!(poll_once(future.as_mut()).is_pending()));
        drop(future);
    });
    let [(level, span, fields)] = &seen[..] else { panic!("{seen:?}") };
    assert_eq!((*level, span.as_deref()), (Level::DEBUG, Some("request")));
    assert_eq!(fields["outcome"], "\"cancelled\"");
    assert_eq!(recorded["arena.used_bytes"], "50");
}

#[request_arena(limit = "4 KiB")]
async fn refused(arena: Arena<'_>) -> bool {
    pause().await;
    arena.try_alloc([0_u8; 10_000]).is_err()
}

#[request_arena(soft_limit = "1 KiB")]
fn over_soft_limit(arena: Arena<'_>, bytes: usize) -> usize {
    arena.alloc_slice_fill_copy(bytes, 1_u8).len()
}

#[test]
fn a_refusal_is_a_warning() {
    let (seen, _) = events(Level::WARN, || {
        let mut future = Box::pin(refused().instrument(request_span()));
        while poll_once(future.as_mut()).is_pending() {}
    });
    let [(level, _, fields)] = &seen[..] else { panic!("{seen:?}") };
    assert_eq!(
        (*level, fields["warning"].as_str()),
        (Level::WARN, "allocations refused: 1 (limit 4096 bytes)")
    );
    assert_eq!(
        (fields["scope"].as_str(), fields["outcome"].as_str()),
        ("\"refused\"", "\"returned\"")
    );
}

#[request_arena(limit = "4 KiB", limit_mode = "measure")]
fn measured(arena: Arena<'_>) -> usize {
    arena.alloc_slice_fill_copy(10_000, 1_u8).len()
}

#[test]
fn a_measured_limit_warns_and_refuses_nothing() {
    let (seen, _) = events(Level::WARN, || assert_eq!(measured(), 10_000));
    let [(_, _, fields)] = &seen[..] else { panic!("{seen:?}") };
    assert_eq!(fields["warning"], "over its limit of 4096 bytes, which is only measured");
    assert_eq!(fields["outcome"], "\"returned\"");
}

#[test]
fn more_than_the_soft_limit_is_a_warning_and_nothing_is_refused() {
    let (seen, _) = events(Level::WARN, || {
        over_soft_limit(1024);
        assert_eq!(over_soft_limit(1025), 1025);
    });
    let [(_, _, fields)] = &seen[..] else { panic!("{seen:?}") };
    assert_eq!(fields["warning"], "over its soft limit of 1024 bytes");
    assert_eq!(fields["arena.peak_used_bytes"], "1025");
    assert_eq!(
        request_arena::report().site("over_soft_limit").unwrap().soft_limit_bytes,
        Some(1024)
    );
}

#[test]
fn a_scope_that_was_open_for_long_is_a_warning_while_it_is_and_when_it_ends() {
    static SITE: Site = Site::new("open for long", module_path!(), file!(), line!());
    let (seen, _) = events(Level::WARN, || {
        configure(|settings| settings.warn_open = Some(Duration::from_millis(20)));
        let owner = request_arena::RequestScope::enter(&SITE);
        request_arena::maintain();
        std::thread::sleep(Duration::from_millis(60));
        request_arena::maintain();
        request_arena::maintain();
        drop(owner);
        configure(|settings| settings.warn_open = Some(Duration::from_secs(60)));
    });
    let of_site: Vec<&Seen> =
        seen.iter().filter(|(_, _, fields)| fields["scope"] == "\"open for long\"").collect();
    // The background thread may have reported it first. Then this thread sees only the end.
    let (_, _, end) = of_site.last().expect("a warning at its end");
    assert_eq!(end["warning"], "open for 0 s");
    assert!(of_site.len() <= 2, "one warning while it was open: {of_site:?}");
}
