//! The doctor in a real process: jemalloc for Rust, glibc for C, and a running sampler.
#![cfg(target_os = "linux")]

use std::time::Duration;

use request_arena_core::{Site, scope};
use request_arena_doctor::{Diagnosis, Doctor, Mode, Options, metered};

#[global_allocator]
static JEMALLOC: request_arena_memory::jemalloc::Jemalloc =
    request_arena_memory::jemalloc::Jemalloc;

static SEARCH: Site = Site::new("doctored search", module_path!(), file!(), line!());

/// A doctor that takes readings only on request.
fn patient() -> Doctor {
    Doctor::start(Options { interval: Duration::from_secs(3600), ..Options::default() })
}

fn request() {
    scope(&SEARCH, |arena| {
        arena.alloc_slice_fill_copy(1000, 1_u8);
    });
}

#[test]
fn it_finds_out_who_allocates_from_what() {
    let report = patient().diagnose();
    let of = |name: &str| {
        report.allocators.iter().find(|allocator| allocator.name == name).map(|a| &a.serves)
    };
    let jemalloc = of("jemalloc").unwrap();
    assert!(jemalloc.rust, "{jemalloc:?}");
    if cfg!(target_env = "gnu") && !cfg!(feature = "jemalloc-unprefixed") {
        let glibc = of("glibc").unwrap();
        assert!(!jemalloc.c && glibc.c && !glibc.rust, "{report:?}");
    }
}

#[test]
fn an_arena_that_outlives_its_requests_is_named() {
    let doctor = patient();
    let arena = metered("doctored index");
    for round in 0..40 {
        // Every fourth round has no requests.
        if round % 4 != 3 {
            (0..50).for_each(|_| request());
            arena.alloc_slice_fill_copy(1 << 20, 1_u8);
            arena.observe();
        }
        std::thread::sleep(Duration::from_millis(5));
        doctor.sample();
    }
    let report = doctor.diagnose();
    let finding =
        report.findings.iter().find(|finding| finding.subject.as_deref() == Some("doctored index"));
    let finding = finding.unwrap_or_else(|| panic!("{report}"));
    assert_eq!(finding.mode, Mode::LongLivedArena, "{report}");
    assert!(
        finding.bytes.unwrap() >= 30 << 20 && finding.remedy.contains("doctored index"),
        "{finding:?}"
    );
    let text = report.to_string();
    assert!(
        text.contains("an arena that outlives its requests") && text.contains("while idle"),
        "{text}"
    );
}

#[test]
fn a_report_is_the_same_after_a_way_through_json() {
    let doctor = patient();
    (0..200).for_each(|_| request());
    let report = doctor.diagnose_with_purge();
    let json = serde_json::to_string(&report).unwrap();
    let back: Diagnosis = serde_json::from_str(&json).unwrap();
    assert_eq!(serde_json::to_string(&back).unwrap(), json);
    assert_eq!(back.readings.count, report.readings.count);
}

#[test]
fn the_sampler_takes_readings_by_itself_until_it_is_dropped() {
    let doctor =
        Doctor::start(Options { interval: Duration::from_millis(5), ..Options::default() });
    let mut seen = 0;
    for _ in 0..1000 {
        seen = doctor.diagnose().readings.count;
        if seen > 100 {
            break;
        }
        std::thread::sleep(Duration::from_millis(5));
    }
    assert!(seen > 100, "{seen} readings in 5 s");
    // It returns only when the thread has ended.
    drop(doctor);
}
