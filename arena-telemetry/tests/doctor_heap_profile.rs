//! The doctor with jemalloc's sampling: it finds and names an unnamed arena, and gives real growth
//! an owner. If sampling is off, the diagnosis says how to enable it.
#![cfg(all(feature = "heap-profile", target_os = "linux"))]

use std::sync::Mutex;
use std::thread;
use std::time::Duration;

use bumpalo::Bump;
use request_arena_telemetry::debug_page::DebugPage;
use request_arena_telemetry::doctor::{Diagnosis, Doctor, Mode, Options, record_requests};
use request_arena_telemetry::jemalloc;

use self::child::{child, is_child, variables};

#[path = "../../arena-memory/tests/child/mod.rs"]
mod child;
#[expect(dead_code, reason = "no page is asked for by HTTP")]
mod page;

#[global_allocator]
static JEMALLOC: jemalloc::Jemalloc = jemalloc::Jemalloc;

const FINE: &str = "prof:true,lg_prof_sample:16";

/// The diagnosis after forty rounds, with every fourth round idle, and the page's document.
fn after_rounds(mut round: impl FnMut()) -> (Diagnosis, serde_json::Value) {
    let options = Options {
        interval: Duration::from_secs(3600),
        settle: Duration::ZERO,
        ..Options::default()
    };
    let doctor = Doctor::start(options);
    for number in 0..40 {
        if number % 4 != 3 {
            record_requests(100);
            round();
        }
        // jemalloc's readings are reused for a moment.
        thread::sleep(2 * jemalloc::MAX_AGE);
        doctor.sample();
    }
    let report = doctor.diagnose_with_purge();
    (report, serde_json::from_str(&DebugPage::new().json().unwrap()).unwrap())
}

#[inline(never)]
fn intern(arena: &Mutex<Bump>) {
    arena.lock().unwrap().alloc_slice_fill_copy(1 << 20, 1_u8);
}

#[inline(never)]
fn log_in(sessions: &mut Vec<Vec<u8>>) {
    sessions.extend((0..1000).map(|size| vec![1; size % 1000 + 500]));
}

/// The mode and subject of the first finding, and the text of the diagnosis.
fn first(report: &Diagnosis) -> (Option<Mode>, Option<&str>, String) {
    let first = report.findings.first();
    (
        first.map(|finding| finding.mode),
        first.and_then(|finding| finding.subject.as_deref()),
        report.to_string(),
    )
}

#[test]
fn an_arena_that_nobody_named_is_found_and_named() {
    if !is_child() {
        child("an_arena_that_nobody_named_is_found_and_named", &[(variables().0, FINE)]);
        return;
    }
    let arena = Mutex::new(Bump::new());
    let (report, document) = after_rounds(|| intern(&arena));
    let (mode, subject, text) = first(&report);
    assert_eq!(
        (mode, subject),
        (Some(Mode::LongLivedArena), Some("doctor_heap_profile::intern")),
        "{text}"
    );
    assert_eq!(report.findings.len(), 1, "{text}");
    let finding = &report.findings[0];
    assert!(finding.remedy.contains("`doctor_heap_profile::intern`"), "{text}");
    let evidence = finding.evidence.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n");
    assert!(evidence.contains("chunks of bumpalo") && evidence.contains("a request"), "{text}");
    assert!(finding.bytes.unwrap() >= 25 << 20, "{text}");
    let owners = report.owners.as_ref().unwrap();
    assert!(owners.owners[0].is_unnamed_arena() && owners.requests > 2000, "{text}");
    let back: Diagnosis = serde_json::from_str(&serde_json::to_string(&report).unwrap()).unwrap();
    assert_eq!(back.owners.unwrap().owners.len(), owners.owners.len());
    assert_eq!(page::errors(&document), [""; 0]);
    assert_eq!(
        document["doctor"]["owners"]["owners"][0]["function"],
        "doctor_heap_profile::intern"
    );
}

#[test]
fn real_growth_is_given_an_owner() {
    if !is_child() {
        child("real_growth_is_given_an_owner", &[(variables().0, FINE)]);
        return;
    }
    let mut sessions = Vec::new();
    let (report, document) = after_rounds(|| log_in(&mut sessions));
    let (mode, _, text) = first(&report);
    assert_eq!(mode, Some(Mode::RealGrowth), "{text}");
    assert_eq!(page::errors(&document), [""; 0]);
    let finding = &report.findings[0];
    assert!(finding.remedy.starts_with("Look at what `doctor_heap_profile::log_in`"), "{text}");
    assert!(!finding.remedy.contains("heap profile"), "{text}");
    assert!(
        finding
            .evidence
            .iter()
            .any(|it| it.name.contains("`doctor_heap_profile::log_in` allocates")),
        "{text}"
    );
}

#[test]
fn where_nobody_samples_the_report_says_how_to() {
    if !is_child() {
        child("where_nobody_samples_the_report_says_how_to", &[(variables().0, "")]);
        return;
    }
    let mut sessions = Vec::new();
    let (report, document) = after_rounds(|| log_in(&mut sessions));
    let (mode, _, text) = first(&report);
    assert_eq!((mode, &report.owners), (Some(Mode::RealGrowth), &None), "{text}");
    assert_eq!(
        (page::errors(&document), &document["doctor"]["owners"]),
        (Vec::new(), &serde_json::Value::Null)
    );
    let how = format!("start the process with {}=prof:true,lg_prof_sample:19", variables().0);
    assert!(report.findings[0].remedy.contains(&how), "{text}");
}
