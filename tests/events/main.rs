//! Outputs: the event at a scope's end, and the report as a table and as JSON.

#[path = "../support/mod.rs"]
mod support;

use core::fmt::Debug;
use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::sync::Once;

use request_arena::exemplar::{Exemplar, Trace};
use request_arena::{Outcome, Site, report, scope, scope_async, try_scope};
use support::{figures, panic_of, pause, poll_at_most};
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Level, Metadata, Subscriber, subscriber};

/// One event: its level, its target, its fields.
#[derive(Clone, Debug, PartialEq)]
struct Seen {
    level: Level,
    target: String,
    fields: BTreeMap<&'static str, String>,
}

/// Keeps the events of each thread. It is the subscriber of the whole process, for its whole life.
/// With a subscriber for each thread, `tracing` could drop events of other threads while one of
/// them is installed or removed.
struct Recorder;

static INSTALLED: Once = Once::new();

thread_local! {
    static SEEN: RefCell<Vec<Seen>> = const { RefCell::new(Vec::new()) };
    /// Work that the subscriber does once, at its next event.
    static THEN: Cell<Option<fn()>> = const { Cell::new(None) };
}

#[derive(Default)]
struct Fields(BTreeMap<&'static str, String>);

impl Visit for Fields {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        self.0.insert(field.name(), format!("{value:?}"));
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        self.0.insert(field.name(), format!("{value} as u64"));
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.0.insert(field.name(), value.to_owned());
    }
}

impl Subscriber for Recorder {
    fn enabled(&self, _: &Metadata<'_>) -> bool {
        true
    }

    fn new_span(&self, _: &Attributes<'_>) -> Id {
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, _: &Record<'_>) {}

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn event(&self, event: &Event<'_>) {
        let mut fields = Fields::default();
        event.record(&mut fields);
        let metadata = event.metadata();
        let (level, target) = (*metadata.level(), metadata.target().to_owned());
        SEEN.with_borrow_mut(|seen| seen.push(Seen { level, target, fields: fields.0 }));
        if let Some(then) = THEN.take() {
            then();
        }
    }

    fn enter(&self, _: &Id) {}

    fn exit(&self, _: &Id) {}
}

/// The events of `work`, which runs on this thread.
fn events(work: impl FnOnce()) -> Vec<Seen> {
    INSTALLED.call_once(|| subscriber::set_global_default(Recorder).expect("no other subscriber"));
    SEEN.take();
    work();
    SEEN.take()
}

#[test]
fn a_scope_that_ends_is_one_event_with_its_figures() {
    static SITE: Site = Site::new("thumbnail", module_path!(), file!(), line!()).with_initial(1000);
    let seen = events(|| {
        scope(&SITE, |arena| {
            drop(request_arena::collections::Vec::<u8>::with_capacity_in(500, &arena));
            arena.alloc_slice_fill_copy(100, 0_u8);
            arena.fork().alloc(1_u8);
            arena.scope(|child| child.alloc(1_u8).checked_add(1));
        });
    });
    let [event] = &seen[..] else { panic!("one event, but {seen:?}") };
    assert_eq!((event.level, event.target.as_str()), (Level::DEBUG, "request_arena"));
    let site = figures(&SITE);
    let expected = BTreeMap::from([
        ("message", String::from("request scope ended")),
        ("scope", String::from("thumbnail")),
        ("outcome", String::from("returned")),
        ("arena.used_bytes", format!("{} as u64", site.used.max)),
        ("arena.peak_used_bytes", format!("{} as u64", site.peak_used.max)),
        ("arena.reserved_bytes", format!("{} as u64", site.reserved.max)),
        ("arena.chunks", format!("{} as u64", site.chunks)),
    ]);
    assert_eq!(event.fields, expected);
    assert!(site.used.max >= 101 && site.peak_used.max >= 500);
}

#[test]
fn the_event_has_each_outcome() {
    static SITE: Site = Site::new("outcomes", module_path!(), file!(), line!()).with_limit(4096);
    let seen = events(|| {
        scope(&SITE, |_| ());
        _ = try_scope(&SITE, |_| Err::<(), _>(1));
        panic_of(|| scope(&SITE, |_| -> () { panic!("it") }));
        poll_at_most(scope_async(&SITE, async |_| pause().await), 1);
        panic_of(|| scope(&SITE, |arena| arena.alloc_slice_fill_copy(5000, 0_u8).len()));
    });
    let outcomes: Vec<&str> = seen.iter().map(|event| event.fields["outcome"].as_str()).collect();
    assert_eq!(outcomes, Outcome::ALL.map(Outcome::as_str));
    assert_eq!(outcomes, ["returned", "error", "panicked", "cancelled", "limit_exceeded"]);
}

#[test]
fn forks_children_and_guards_make_no_further_events() {
    static SITE: Site = Site::new("guards", module_path!(), file!(), line!());
    let seen = events(|| {
        let mut owner = request_arena::RequestScope::enter(&SITE);
        owner.arena().fork().alloc(1);
        owner.arena().scope(|_| ());
        owner.fail();
    });
    assert_eq!(seen.len(), 1);
    assert_eq!(seen[0].fields["outcome"], "error");
}

#[test]
fn the_report_is_a_table_with_a_row_for_each_site() {
    static EXACT: Site = Site::new("an exact site", module_path!(), file!(), line!());
    static BOUND: Site = Site::new("a bound", module_path!(), file!(), line!());
    scope(&EXACT, |arena| arena.alloc_slice_fill_copy(123, 0_u8).len());
    scope(&EXACT, |arena| arena.alloc_slice_fill_copy(45, 0_u8).len());
    scope(&BOUND, |arena| *arena.bump().alloc(1_u8));
    let table = report().to_string();
    let row = |name: &str| -> Vec<String> {
        let row = table
            .lines()
            .find(|line| line.starts_with(name))
            .unwrap_or_else(|| panic!("no `{name}` in\n{table}"));
        row[name.len()..].split_whitespace().map(String::from).collect()
    };
    let header = ["returned", "error", "panicked", "cancelled", "limit", "live", "chunks"];
    assert_eq!(row("scope")[..7], header);
    let exact = row("an exact site");
    assert_eq!(exact[..6], ["2", "0", "0", "0", "0", "0"]);
    assert_eq!(exact[7..9], ["84/123", "84/123"]);
    assert_eq!(exact[10], "-", "the heap is not measured");
    assert_eq!(row("a bound")[7..9], ["1/1", ">=1/1"]);
    let last = table.lines().last().unwrap();
    assert!(
        last.starts_with("pool: ") && last.contains(" arenas keep ") && last.ends_with(" trimmed"),
        "{last}"
    );
    let widths: Vec<usize> =
        table.lines().take(table.lines().count() - 1).map(|line| line.chars().count()).collect();
    assert!(
        widths.iter().all(|&width| width == widths[0]),
        "the columns stand below each other\n{table}"
    );
}

#[test]
fn the_report_is_json_with_the_names_of_its_fields() {
    static SITE: Site =
        Site::new("json", module_path!(), file!(), line!()).with_limit(1 << 20).with_initial(512);
    scope(&SITE, |arena| arena.alloc_slice_fill_copy(77, 0_u8).len());
    let json = serde_json::to_value(report()).unwrap();
    let sites = json["sites"].as_array().unwrap();
    let site = sites.iter().find(|site| site["name"] == "json").unwrap();
    let figures = figures(&SITE);
    let in_first_bucket = |bytes: u64| {
        let mut buckets = [0; 25];
        buckets[0] = 1;
        serde_json::json!({"buckets": buckets, "sum": bytes, "max": bytes})
    };
    let expected = serde_json::json!({
        "name": "json",
        "module_path": module_path!(),
        "file": file!(),
        "line": SITE.line(),
        "limit_bytes": 1 << 20,
        "limit_mode": "enforce",
        "initial_bytes": 512,
        "soft_limit_bytes": null,
        "learned_bytes": figures.learned_bytes,
        "outcomes": {"returned": 1, "error": 0, "panicked": 0, "cancelled": 0, "limit_exceeded": 0},
        "live_scopes": 0,
        "oldest": null,
        "in_use_bytes": 0,
        "in_use_touched_bytes": 0,
        "future_bytes": null,
        "live_future_bytes": 0,
        "resets": 1,
        "chunks": figures.chunks,
        "refusals": 0,
        "budget_refusals": 0,
        "over_limit": 0,
        "abandoned_bytes": 0,
        "used": in_first_bucket(77),
        "peak_used": in_first_bucket(77),
        "reserved": figures.reserved,
        "heap": null,
        "responses": null,
        "live_heap": null,
        "duration": null,
        "exemplar": null,
        "peak_exactness": "exact",
    });
    assert_eq!(*site, expected);
    let header = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
    let at = std::time::UNIX_EPOCH + std::time::Duration::from_millis(1_520_879_607_789);
    let exemplar = Exemplar::new(Trace::of_traceparent(header).unwrap(), 77, at);
    assert_eq!(
        serde_json::to_value(exemplar).unwrap(),
        serde_json::json!({
            "trace_id": "4bf92f3577b34da6a3ce929d0e0e4736",
            "span_id": "00f067aa0ba902b7",
            "peak_used": 77,
            "unix_ms": 1_520_879_607_789_u64,
        })
    );
    let mut pool: Vec<&String> = json["pool"].as_object().unwrap().keys().collect();
    pool.sort();
    assert_eq!(pool, ["discarded", "retained_arenas", "retained_bytes", "retained_touched_bytes"]);
    assert_eq!(serde_json::to_value(Outcome::ALL).unwrap()[4], "limit_exceeded");
}

#[test]
fn sites_are_listed_from_their_first_scope_on_in_that_order() {
    static FIRST: Site = Site::new("order: first", module_path!(), file!(), line!());
    static SECOND: Site = Site::new("order: second", module_path!(), file!(), line!());
    static NEVER: Site = Site::new("order: never", module_path!(), file!(), line!());
    scope(&FIRST, |_| ());
    scope(&SECOND, |_| ());
    scope(&FIRST, |_| ());
    let report = report();
    let names: Vec<&str> = report
        .sites
        .iter()
        .map(|site| site.name)
        .filter(|name| name.starts_with("order"))
        .collect();
    assert_eq!(names, ["order: first", "order: second"]);
    assert!(report.site(NEVER.name()).is_none());
}

#[test]
fn collections_and_texts_are_json() {
    static SITE: Site = Site::new("collections as json", module_path!(), file!(), line!());
    scope(&SITE, |arena| {
        let mut list = request_arena::collections::Vec::new_in(&arena);
        list.push(request_arena::collections::String::from_str_in("a\"b", &arena));
        let mut map = request_arena::collections::owned::HashMap::new_in(arena.fork());
        map.insert("list", list);
        assert_eq!(serde_json::to_string(&map).unwrap(), r#"{"list":["a\"b"]}"#);
    });
}

#[test]
fn a_subscriber_that_panics_leaves_no_scope_open_or_uncounted() {
    static SITE: Site = Site::new("panicking subscriber", module_path!(), file!(), line!());
    let seen = events(|| {
        for _ in 0..3 {
            THEN.set(Some(|| panic!("subscriber")));
            assert_eq!(panic_of(|| scope(&SITE, |arena| *arena.alloc(1))), "subscriber");
        }
        scope(&SITE, |_| ());
    });
    assert_eq!(seen.len(), 4);
    let site = figures(&SITE);
    assert_eq!((site.live_scopes, site.outcomes.returned, site.resets), (0, 4, 4));
}

#[test]
fn a_subscriber_that_panics_while_a_body_unwinds_does_not_abort() {
    static SITE: Site = Site::new("both panic", module_path!(), file!(), line!());
    let seen = events(|| {
        THEN.set(Some(|| panic!("subscriber")));
        assert_eq!(panic_of(|| scope(&SITE, |_| -> () { panic!("body") })), "body");
    });
    assert_eq!(seen.len(), 1);
    assert_eq!((figures(&SITE).live_scopes, figures(&SITE).outcomes.panicked), (0, 1));
}

#[test]
fn a_subscriber_may_open_scopes_when_a_setting_is_wrong() {
    static SITE: Site = Site::new("outer", module_path!(), file!(), line!());
    static OF_SUBSCRIBER: Site = Site::new("of the subscriber", module_path!(), file!(), line!());
    const NAME: &str = "a_subscriber_may_open_scopes_when_a_setting_is_wrong";
    // A process reads its settings once, so the test runs again in a process of its own.
    if std::env::var_os("REQUEST_ARENA_DECAY").is_some_and(|value| value == "wrong") {
        let seen = events(|| {
            THEN.set(Some(|| scope(&OF_SUBSCRIBER, |_| ())));
            scope(&SITE, |_| ());
        });
        assert!(seen[0].fields["message"].contains("REQUEST_ARENA_DECAY"), "{seen:?}");
        assert_eq!((figures(&SITE).resets, figures(&OF_SUBSCRIBER).resets), (1, 1));
    } else {
        let mut again = std::process::Command::new(std::env::current_exe().expect("this test"));
        let output = again
            .args(["--exact", NAME])
            .env("REQUEST_ARENA_DECAY", "wrong")
            .output()
            .expect("it starts");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
    }
}
