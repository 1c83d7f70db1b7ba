//! The doctor's part of the debug page, with a running doctor. The page finds the doctor by itself,
//! makes it judge seldom, escapes its texts, and matches the schema. It is a process of its own, as
//! the page shows any doctor that runs in it.
#![cfg(target_os = "linux")]

use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use request_arena_core::Site;
use request_arena_telemetry::debug_page::router;
use request_arena_telemetry::doctor::{
    Doctor, Experiments, HeapReading, Options, Probe, Serves, metered,
};
use request_arena_telemetry::jemalloc::Jemalloc;
use serde_json::Value;
use tokio::sync::Mutex;

mod growth;
mod page;

use page::{errors, get};

/// jemalloc counts fragmentation.
#[global_allocator]
static JEMALLOC: Jemalloc = Jemalloc;

const HOSTILE: &str = "<script>alert(1)</script>";

/// One test after the other.
static ALONE: Mutex<()> = Mutex::const_new(());

/// A doctor that takes readings only on request.
fn patient() -> Doctor {
    Doctor::start(when_told())
}

fn when_told() -> Options {
    Options { interval: Duration::from_secs(3600), watch: None, ..Options::default() }
}

/// The page, and the doctor's part of the document.
async fn look() -> (String, Value) {
    let router = router();
    let (_, _, page) = get(&router, "/debug/arenas").await;
    let (_, _, document) = get(&router, "/debug/arenas.json").await;
    let document: Value = serde_json::from_str(&document).expect("JSON");
    let errors = errors(&document);
    assert!(errors.is_empty(), "{errors:#?}");
    (page, document["doctor"].clone())
}

#[tokio::test]
async fn the_newest_doctor_that_runs_is_found_and_where_none_does_it_is_said_how_to_start_one() {
    let _alone = ALONE.lock().await;
    let readings = |doctor: &Value| doctor["timeline"]["fine"].as_array().map(Vec::len);
    let (page, doctor) = look().await;
    assert!(
        page.contains("No doctor runs") && page.contains("<h2>Memory</h2>") && doctor.is_null()
    );

    let older = patient();
    (0..10).for_each(|_| older.sample());
    let (page, doctor) = look().await;
    assert!(page.contains("<section id=\"doctor\">"), "{page}");
    assert!(
        page.contains("<h2>The doctor</h2>") && page.contains("path class=\"heap-live\""),
        "{page}"
    );
    assert!(!page.contains("No doctor runs") && !page.contains("<h2>Memory</h2>"), "{page}");
    assert!(readings(&doctor) >= Some(11), "{doctor}");
    let newer = patient();
    let (_, doctor) = look().await;
    assert!(readings(&doctor) < Some(10), "{doctor}");
    drop(newer);
    let (_, doctor) = look().await;
    assert!(readings(&doctor) >= Some(11), "{doctor}");
    drop(older);
    let (page, doctor) = look().await;
    assert!(page.contains("No doctor runs") && doctor.is_null());
}

#[tokio::test]
async fn looks_in_a_row_have_it_judge_once_and_the_picture_goes_on() {
    let _alone = ALONE.lock().await;
    let doctor = patient();
    let (_, first) = look().await;
    doctor.sample();
    let (_, second) = look().await;
    let ago = |doctor: &Value| doctor["judged_seconds_ago"].as_f64();
    assert!(ago(&second) > ago(&first) && ago(&second) < Some(10.0), "{first} {second}");
    assert_eq!((&first["readings"], &first["account"]), (&second["readings"], &second["account"]));
    assert_ne!(first["timeline"], second["timeline"]);

    let timeline = &second["timeline"];
    let moments = timeline["fine"].as_array().expect("moments");
    for moment in moments {
        let bytes: u64 =
            moment["bytes"].as_array().expect("bytes").iter().filter_map(Value::as_u64).sum();
        assert_eq!(Some(bytes), moment["rss_bytes"].as_u64(), "{moment}");
    }
}

#[tokio::test]
async fn a_finding_is_on_the_page_escaped_and_in_the_document() {
    static SITE: Site = Site::new("doctored", module_path!(), file!(), line!());
    let _alone = ALONE.lock().await;
    let doctor = patient();
    let arena = metered(HOSTILE);
    growth::grow(&doctor, &arena, &SITE);
    let (page, doctor) = look().await;
    let subject = "in <code>&lt;script&gt;alert(1)&lt;/script&gt;</code>";
    assert!(
        page.contains("an arena that outlives its requests") && page.contains(subject),
        "{page}"
    );
    assert!(!page.contains(HOSTILE) && !page.contains("Healthy"), "{page}");
    let findings = doctor["findings"].as_array().expect("findings");
    let finding =
        findings.iter().find(|finding| finding["subject"] == HOSTILE).expect("the finding");
    assert_eq!(
        (&finding["mode"], &finding["remedy"].is_string()),
        (&"long_lived_arena".into(), &true)
    );
    for outside in ["src=", "http:", "https:", "url(", "@import", " style=", "onclick"] {
        assert!(!page.contains(outside), "{outside}");
    }
}

/// The number of purges of an allocator without figures.
static RELEASES: AtomicU32 = AtomicU32::new(0);

#[derive(Debug)]
struct Released;

impl Probe for Released {
    fn name(&self) -> &'static str {
        "released"
    }

    fn serves(&mut self) -> Serves {
        Serves::new(false, true, "made up")
    }

    fn read(&mut self) -> Option<HeapReading> {
        None
    }

    fn release(&mut self) -> bool {
        RELEASES.fetch_add(1, Ordering::Relaxed);
        true
    }
}

#[tokio::test]
async fn no_look_has_an_experiment_run_also_where_a_diagnosis_would() {
    let _alone = ALONE.lock().await;
    let settle = Duration::from_millis(100);
    let options = Options {
        settle,
        experiments: Experiments::WhenNeeded,
        probes: vec![Box::new(Released)],
        ..when_told()
    };
    let doctor = Doctor::start(options);
    // One in sixteen stays, so that no page is free.
    let mut blocks: Vec<_> = (0..400_000).map(|_| vec![1_u8; 100]).collect();
    let mut place = 0;
    blocks.retain(|_| {
        place += 1;
        place % 16 == 0
    });
    for _ in 0..6 {
        doctor.sample();
        std::thread::sleep(settle / 4);
    }
    let (page, found) = look().await;
    let is_fragmentation = |finding: &Value| finding["mode"] == "fragmentation";
    assert!(
        found["findings"].as_array().expect("findings").iter().any(is_fragmentation),
        "{found}"
    );
    assert!(page.contains("fragmentation (certain)"), "{page}");
    assert_eq!(RELEASES.load(Ordering::Relaxed), 0);
    assert!(!doctor.diagnose().is_healthy());
    assert_eq!(RELEASES.load(Ordering::Relaxed), 1);
    drop(blocks);
}
