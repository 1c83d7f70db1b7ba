//! The doctor's figures in the exporters, with a running doctor. And control characters in names:
//! they are escaped in the text, the page, the JSON, the metrics and the log. It is a process of
//! its own, as the exporters show any doctor that runs in it.
#![cfg(target_os = "linux")]

use std::fmt::Debug;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use request_arena_core::{Site, report};
use request_arena_telemetry::catalog::{self, Family};
use request_arena_telemetry::debug_page::{DebugPage, Sort};
use request_arena_telemetry::doctor::{Doctor, Mode, Options, last_judgement, metered};
use request_arena_telemetry::jemalloc::Jemalloc;
use request_arena_telemetry::{Snapshot, prometheus};
use serde_json::Value;
use tracing::Event;
use tracing::field::{Field, Visit};

use self::hears::Hears;

mod growth;
#[path = "../../arena-memory/tests/hears/mod.rs"]
mod hears;

#[global_allocator]
static JEMALLOC: Jemalloc = Jemalloc;

/// One test after the other.
static ALONE: Mutex<()> = Mutex::new(());

fn family<'a>(families: &'a [Family], name: &str) -> &'a Family {
    families.iter().find(|family| family.name == name).unwrap()
}

#[test]
fn a_scrape_shows_the_last_judgement_and_never_makes_the_doctor_judge() {
    let _alone = ALONE.lock().unwrap_or_else(PoisonError::into_inner);
    let often = Options {
        interval: Duration::from_millis(20),
        watch: Some(Duration::from_millis(20)),
        ..Options::default()
    };
    let doctor = Doctor::start(often);
    let mut tries = 0;
    while last_judgement().is_none() {
        tries += 1;
        assert!(tries < 500, "a judgement");
        std::thread::sleep(Duration::from_millis(20));
    }
    let families = catalog::families(&Snapshot::take());
    let judged = last_judgement().unwrap();
    for name in ["request_arena_doctor_finding", "request_arena_doctor_confidence"] {
        let modes: Vec<_> = family(&families, name)
            .samples
            .iter()
            .map(|sample| sample.label("mode").unwrap())
            .collect();
        assert_eq!(modes, Mode::ALL.map(Mode::as_str), "{name}");
    }
    let classes = &family(&families, "request_arena_doctor_class_bytes").samples;
    assert_eq!(classes.len(), judged.account.classes.len() + 1);
    let sum: f64 = classes.iter().filter_map(|sample| sample.value.as_f64()).sum();
    let rss = judged.account.rss_bytes as f64;
    assert!(sum >= rss, "{sum} of {rss}");
    let age = &family(&families, "request_arena_doctor_judgement_age_seconds").samples[0].value;
    assert!(age.as_f64().is_some_and(|age| age > 0.0 && age < judged.age.as_secs_f64()));
    let text = prometheus::text().unwrap();
    for line in [
        "request_arena_doctor_confidence{mode=\"real_growth\"} ",
        "request_arena_doctor_class_bytes{class=\"heap live\"} ",
        "request_arena_doctor_judgement_age_seconds ",
    ] {
        assert!(text.contains(line), "{line} in {text}");
    }
    drop(doctor);
    assert_eq!(Snapshot::take().doctor, None);
}

const NAME: &str = "a\nb\u{1b}[31m\u{202e}";
const SHOWN: &str = r"a\nb\u{1b}[31m\u{202e}";

/// The text of all events.
static HEARD: Mutex<String> = Mutex::new(String::new());

struct Fields<'a>(&'a mut String);

impl Visit for Fields<'_> {
    fn record_str(&mut self, _: &Field, value: &str) {
        *self.0 += value;
        *self.0 += ";";
    }

    fn record_debug(&mut self, _: &Field, value: &dyn Debug) {
        *self.0 += &format!("{value:?};");
    }
}

fn hear(event: &Event<'_>) {
    event.record(&mut Fields(&mut HEARD.lock().unwrap()));
}

/// Whether the text shows the name, and nothing of it raw. Lines of the text itself may end.
fn assert_shown(text: &str, shown: &str) {
    assert!(text.contains(shown), "{shown} in {text}");
    assert!(!text.contains("a\nb") && !text.contains(['\u{1b}', '\u{202e}']), "{text}");
}

#[test]
fn a_name_with_control_characters_is_escaped_wherever_it_is_shown() {
    static SITE: Site = Site::new(NAME, "mod\u{7f}", "src/\u{9b}.rs", 7);
    let _alone = ALONE.lock().unwrap_or_else(PoisonError::into_inner);
    tracing::subscriber::set_global_default(Hears(hear)).unwrap();
    let seldom = Options { interval: Duration::from_secs(3600), watch: None, ..Options::default() };
    let doctor = Doctor::start(seldom);
    let arena = metered(NAME);
    growth::grow(&doctor, &arena, &SITE);
    let diagnosis = doctor.diagnose();
    assert!(diagnosis.findings.iter().any(|finding| finding.subject.as_deref() == Some(SHOWN)));
    assert_shown(&diagnosis.to_string(), &format!("in `{SHOWN}`"));
    assert_shown(&report().to_string(), &format!("\n{SHOWN}"));
    assert_shown(&HEARD.lock().unwrap(), SHOWN);

    let page = DebugPage::new();
    let html = page.html(&Sort::default());
    assert_shown(&html, &format!("<b>{SHOWN}</b>"));
    assert_shown(&html, &format!("in <code>{SHOWN}</code>"));
    assert!(html.contains(r"mod\u{7f}") && html.contains(r"src/\u{9b}.rs:7"), "{html}");
    let json = page.json().unwrap();
    let json: Value = serde_json::from_str(&json).unwrap();
    assert_eq!(json["sites"][0]["name"], SHOWN);
    assert_eq!(json["sites"][0]["module_path"], r"mod\u{7f}");
    let findings = json["doctor"]["findings"].as_array().unwrap();
    assert!(findings.iter().any(|finding| finding["subject"] == SHOWN), "{findings:?}");

    let families = catalog::families(&Snapshot::take());
    let scopes = family(&families, "request_arena_live_scopes");
    assert_eq!(scopes.samples[0].label("scope"), Some(SHOWN));
    // Prometheus' text escapes the backslash again.
    assert_shown(&prometheus::text().unwrap(), &SHOWN.replace('\\', "\\\\"));
    assert_shown(&prometheus::open_metrics().unwrap(), &SHOWN.replace('\\', "\\\\"));
}
