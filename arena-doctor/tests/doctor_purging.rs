//! A tail of latency during purging: without its background thread, jemalloc gives pages back on
//! the threads that serve requests. It is a process of its own, since the allocator and the phases
//! are global.
#![cfg(target_os = "linux")]

use std::thread;
use std::time::Duration;

use request_arena_core::{Site, configure, scope};
use request_arena_doctor::{Doctor, Mode, Options, PURGING};
use request_arena_memory::jemalloc::{self, Jemalloc};

#[global_allocator]
static JEMALLOC: Jemalloc = Jemalloc;

static SITE: Site = Site::new("upload", module_path!(), file!(), line!());

/// jemalloc gives blocks of 8 MiB and more back when they are freed (`oversize_threshold`).
const AT_ONCE_BYTES: usize = 9 << 20;

fn request(bytes: usize) {
    scope(&SITE, |_| core::hint::black_box(vec![1_u8; bytes]).len());
}

#[test]
fn requests_that_give_pages_back_themselves_are_found() {
    tikv_jemalloc_ctl::background_thread::write(false).unwrap();
    configure(|settings| settings.durations = true);
    let doctor = Doctor::start(Options {
        interval: Duration::from_secs(3600),
        watch: None,
        ..Options::default()
    });
    for window in 0..24 {
        let large = if window % 2 == 0 { 0 } else { 3 };
        // jemalloc's figures are at most that old.
        thread::sleep(jemalloc::MAX_AGE);
        (0..60).for_each(|number| request(if number < large { AT_ONCE_BYTES } else { 4000 }));
        doctor.sample();
    }
    let report = doctor.diagnose();
    let tail = report
        .findings
        .iter()
        .find(|finding| finding.mode == Mode::DelayedFree)
        .expect("a finding");
    assert_eq!(tail.subject.as_deref(), Some(format!("upload during {PURGING}").as_str()));
    assert!(tail.remedy.contains("background"), "{tail}");
    assert!(tail.microseconds.is_some_and(|micros| micros > 100), "{tail}");
}
