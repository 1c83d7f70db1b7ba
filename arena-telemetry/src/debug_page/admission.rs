//! The gates of admission control: their section of the page, and their part of the JSON.
//!
//! Telemetry depends on admission, and not the other way: a gate decides by the figures of core and
//! memory, and must work in a program without any exporter. So the page asks for
//! [`Snapshot::admission`] as the catalog does. Without the feature `admission`, `no_admission.rs`
//! takes the place of this file.

use std::borrow::Cow;

use maud::{Markup, html};
use request_arena_admission::{
    HandlerWeight, LimitOf, Mode, Priority, Reason, Refusals, Snapshot as Reading, Waiting,
};
use request_arena_chart::human::{bytes, bytes_or_none, count, time};
use request_arena_core::printable::printable;
use serde::Serialize;

use super::cards::card;
use super::json::Figures;
use crate::Snapshot;

/// Handlers that the page lists, those with the largest weights. The JSON has all.
const LISTED: usize = 100;

/// A section for each gate.
pub(super) fn sections(snapshot: &Snapshot) -> Markup {
    html! {
        @for (place, gate) in snapshot.admission.iter().enumerate() {
            (figures(gate))
            (weights(gate, place))
        }
    }
}

fn figures(gate: &Reading) -> Markup {
    let number = |value: u64| html! { (count(value)) };
    let marked = |value: u64| html! { span.bad[value > 0] { (count(value)) } };
    let is_short = gate.headroom_bytes == Some(0);
    let (mode, effect) = match gate.mode {
        Mode::Off => ("off", "does nothing"),
        Mode::Measure => ("measure", "refuses no request"),
        Mode::Enforce => ("enforce", "requests wait or are refused"),
    };
    let waits = &gate.waited;
    let quantile = |share| time(core::time::Duration::from_nanos(waits.quantile(share)));
    let mut rows = vec![
        ("mode", html! { span title=(effect) { (mode) } }),
        ("limit", html! { (bytes_or_none(gate.limit_bytes)) " of " (gate.limit_of.as_str()) }),
        ("held by no request", bytes_or_none(gate.base_bytes)),
        ("budget of all requests", bytes_or_none(gate.budget_bytes)),
        ("reserved", bytes(gate.reserved_bytes)),
        ("ready on threads", bytes(gate.credit_bytes)),
        ("headroom", html! { span.bad[is_short] { (bytes_or_none(gate.headroom_bytes)) } }),
        ("idle arenas that count as room", bytes(gate.pool_bytes)),
        ("admitted", number(gate.admitted)),
        ("inside of others", number(gate.nested)),
        ("exempt", number(gate.exempt)),
        ("waited", number(waits.count())),
        ("waited, p50 / p99", html! { (quantile(0.5)) " / " (quantile(0.99)) }),
        ("wait now", html! { (waiting(gate)) }),
        ("left while they waited", number(gate.left)),
        ("handlers with a guessed weight", number(gate.unseen_handlers)),
    ];
    let refusals =
        if gate.mode == Mode::Measure { &gate.would_have_refused } else { &gate.refused };
    for reason in Reason::ALL {
        rows.push((refusal(gate.mode, reason), marked(refusals.of(reason))));
    }
    if gate.mode == Mode::Measure {
        rows.push(("would have waited", number(gate.would_have_waited)));
    }
    card(&format!("Admission: {}", printable(gate.gate)), &rows)
}

/// The row of a reason. In measure mode, what would have been refused is of interest.
const fn refusal(mode: Mode, reason: Reason) -> &'static str {
    match (mode, reason) {
        (Mode::Measure, Reason::TooLarge) => "would be refused: too large",
        (Mode::Measure, Reason::QueueFull) => "would be refused: queue full",
        (Mode::Measure, Reason::Displaced) => "would be refused: displaced",
        (Mode::Measure, _) => "would be refused: deadline",
        (_, Reason::TooLarge) => "refused: too large",
        (_, Reason::QueueFull) => "refused: queue full",
        (_, Reason::Displaced) => "refused: displaced",
        (_, _) => "refused: deadline",
    }
}

fn waiting(gate: &Reading) -> String {
    let class = |class| format!("{} {}", count(gate.waiting.of(class) as u64), class.as_str());
    match gate.waiting.total() {
        0 => "0".to_owned(),
        _ => Priority::ALL.map(class).join(", "),
    }
}

fn weights(gate: &Reading, place: usize) -> Markup {
    let mut handlers = gate.handlers.clone();
    handlers.sort_by_key(|handler| core::cmp::Reverse(handler.weight_bytes));
    let more = handlers.len().saturating_sub(LISTED);
    handlers.truncate(LISTED);
    html! {
        @if !handlers.is_empty() {
            section {
                h2 { "Weights: " (printable(gate.gate)) }
                div.scroll.tall #{ "weights-" (place) } tabindex="0" role="region"
                    aria-label="Weights" {
                    table {
                        thead { tr { th scope="col" { "handler" } th scope="col" { "weight" } } }
                        tbody { @for handler in &handlers { (weight(handler)) } }
                    }
                }
                @if more > 0 { p.note { (count(more as u64)) " more are in the JSON." } }
            }
        }
    }
}

fn weight(handler: &HandlerWeight) -> Markup {
    html! {
        tr {
            th scope="row" title=(printable(handler.module_path)) { (printable(handler.name)) }
            td {
                @if handler.is_guess {
                    abbr title="a guess: no request of it has ended with figures, or few" { "~" }
                }
                (bytes(handler.weight_bytes))
            }
        }
    }
}

/// A gate in the JSON.
#[derive(Serialize)]
pub(super) struct Gate<'a> {
    gate: Cow<'a, str>,
    mode: Mode,
    deadline_seconds: f64,
    admitted: u64,
    nested: u64,
    exempt: u64,
    waited_ns: Figures,
    left: u64,
    refused: Refusals,
    would_have_waited: u64,
    would_have_refused: Refusals,
    waiting: Waiting,
    unseen_handlers: u64,
    handlers: Vec<Handler<'a>>,
    reserved_bytes: u64,
    credit_bytes: u64,
    budget_bytes: Option<u64>,
    headroom_bytes: Option<u64>,
    base_bytes: Option<u64>,
    limit_bytes: Option<u64>,
    limit_of: LimitOf,
    kept_bytes: Option<u64>,
    pool_bytes: u64,
    is_pressed: bool,
    readings: u64,
    failed_readings: u64,
    reading_age_seconds: f64,
}

#[derive(Serialize)]
struct Handler<'a> {
    name: Cow<'a, str>,
    module_path: Cow<'a, str>,
    weight_bytes: u64,
    is_guess: bool,
}

pub(super) fn document(snapshot: &Snapshot) -> Vec<Gate<'_>> {
    snapshot.admission.iter().map(Gate::of).collect()
}

impl<'a> Gate<'a> {
    fn of(gate: &'a Reading) -> Self {
        Self {
            gate: printable(gate.gate),
            mode: gate.mode,
            deadline_seconds: gate.deadline.as_secs_f64(),
            admitted: gate.admitted,
            nested: gate.nested,
            exempt: gate.exempt,
            waited_ns: Figures::of(&gate.waited),
            left: gate.left,
            refused: gate.refused,
            would_have_waited: gate.would_have_waited,
            would_have_refused: gate.would_have_refused,
            waiting: gate.waiting,
            unseen_handlers: gate.unseen_handlers,
            handlers: gate.handlers.iter().map(Handler::of).collect(),
            reserved_bytes: gate.reserved_bytes,
            credit_bytes: gate.credit_bytes,
            budget_bytes: gate.budget_bytes,
            headroom_bytes: gate.headroom_bytes,
            base_bytes: gate.base_bytes,
            limit_bytes: gate.limit_bytes,
            limit_of: gate.limit_of,
            kept_bytes: gate.kept_bytes,
            pool_bytes: gate.pool_bytes,
            is_pressed: gate.is_pressed,
            readings: gate.readings,
            failed_readings: gate.failed_readings,
            reading_age_seconds: gate.reading_age.as_secs_f64(),
        }
    }
}

impl<'a> Handler<'a> {
    fn of(handler: &'a HandlerWeight) -> Self {
        Self {
            name: printable(handler.name),
            module_path: printable(handler.module_path),
            weight_bytes: handler.weight_bytes,
            is_guess: handler.is_guess,
        }
    }
}

#[cfg(test)]
mod tests {
    use request_arena_admission::{Admission, Options, Source};
    use request_arena_core::Site;

    use super::*;

    /// A gate with a budget of 60 MiB, and a handler that weighs 50 MiB: one request runs, and the
    /// second is refused.
    fn gate(name: &'static str, mode: Mode, site: &'static Site) -> Reading {
        let reading = || {
            Some(request_arena_admission::Reading { limit_bytes: 100 << 20, kept_bytes: 30 << 20 })
        };
        let gate = Admission::without_thread(Options {
            name,
            mode,
            source: Source::Function(reading),
            unseen_bytes: Some(50 << 20),
            most_waiting: 0,
            ..Options::default()
        });
        let gate = gate.unwrap();
        let permits = [gate.try_admit(site), gate.try_admit(site)];
        let snapshot = gate.snapshot();
        drop(permits);
        snapshot
    }

    fn page(gate: Reading) -> String {
        let snapshot = Snapshot { admission: vec![gate], ..Snapshot::take() };
        sections(&snapshot).into_string()
    }

    #[test]
    fn the_page_shows_headroom_refusals_and_weights_and_marks_guesses() {
        static SITE: Site = Site::new("<shown>", module_path!(), file!(), line!());
        let shown = page(gate("the <gate>", Mode::Enforce, &SITE));
        for part in [
            "Admission: the &lt;gate&gt;",
            "<dt>headroom</dt><dd><span class=\"\"><span title=\"10,485,760 bytes\">10.0",
            "<dt>refused: deadline</dt><dd><span class=\"bad\">1</span>",
            "<dt>refused: too large</dt><dd><span class=\"\">0</span>",
            "of function",
            "&lt;shown&gt;",
            "~</abbr><span title=\"52,428,800 bytes\">50.0 MiB</span>",
        ] {
            assert!(shown.contains(part), "{part} in {shown}");
        }
        assert!(!shown.contains("would"), "{shown}");
    }

    #[test]
    fn in_measure_mode_the_page_shows_what_would_have_been_refused() {
        static SITE: Site = Site::new("measured", module_path!(), file!(), line!());
        let gate = gate("measured", Mode::Measure, &SITE);
        assert_eq!((gate.headroom_bytes, gate.would_have_waited), (Some(0), 1));
        let shown = page(gate);
        for part in [
            "<dt>would be refused: queue full</dt><dd><span class=\"bad\">1</span>",
            "<dt>headroom</dt><dd><span class=\"bad\">",
            "<dt>would have waited</dt><dd>1</dd>",
        ] {
            assert!(shown.contains(part), "{part} in {shown}");
        }
        assert!(!shown.contains("<dt>refused"), "{shown}");
    }

    #[test]
    fn the_schema_has_each_field_of_a_gate_and_its_words() {
        static SITE: Site = Site::new("in the document", module_path!(), file!(), line!());
        let gate = serde_json::to_value(Gate::of(&gate("document", Mode::Enforce, &SITE))).unwrap();
        let schema: serde_json::Value =
            serde_json::from_str(include_str!("../../schema/arenas.schema.json")).unwrap();
        let names = |object: &serde_json::Value| {
            let mut names: Vec<String> = object.as_object().unwrap().keys().cloned().collect();
            names.sort();
            names
        };
        for (definition, value) in [
            ("gate", &gate),
            ("weight", &gate["handlers"][0]),
            ("refusals", &gate["refused"]),
            ("waiting", &gate["waiting"]),
        ] {
            let schema = &schema["$defs"][definition];
            assert_eq!(names(&schema["properties"]), names(value), "{definition}");
            assert_eq!(schema["required"].as_array().unwrap().len(), names(value).len());
        }
        let words = &schema["$defs"]["gate"]["properties"];
        assert_eq!(
            words["mode"]["enum"],
            serde_json::json!([Mode::Off, Mode::Measure, Mode::Enforce])
        );
        let limits = [
            LimitOf::Nothing,
            LimitOf::Container,
            LimitOf::Machine,
            LimitOf::Options,
            LimitOf::Function,
        ];
        assert_eq!(words["limit_of"]["enum"], serde_json::json!(limits));
    }
}
