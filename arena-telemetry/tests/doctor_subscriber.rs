//! A subscriber of `tracing` that asks the doctor at each event, and then panics. There is no
//! deadlock, and the readings go on. It is a process of its own, since the subscriber is global.
#![cfg(target_os = "linux")]

use std::sync::atomic::{AtomicU32, Ordering::Relaxed};
use std::sync::mpsc::channel;
use std::sync::{Arc, OnceLock};
use std::thread;
use std::time::{Duration, Instant};

use request_arena_core::{RequestScope, Site, configure};
use request_arena_telemetry::debug_page::DebugPage;
use request_arena_telemetry::doctor::{Doctor, Options};
use tracing::Event;

use self::hears::Hears;

#[path = "../../arena-memory/tests/hears/mod.rs"]
mod hears;

static DOCTOR: OnceLock<Arc<Doctor>> = OnceLock::new();
static ASKED: AtomicU32 = AtomicU32::new(0);

fn ask(_: &Event<'_>) {
    let Some(doctor) = DOCTOR.get() else { return };
    assert!(doctor.diagnose().readings.count > 0);
    assert!(!doctor.timeline().fine.is_empty());
    assert!(DebugPage::new().json().unwrap().contains("judged_seconds_ago"));
    ASKED.fetch_add(1, Relaxed);
    // The doctor's own thread goes on. The panic is printed to standard error.
    assert_ne!(thread::current().name(), Some("arena-doctor"), "on purpose");
}

#[test]
fn a_subscriber_may_ask_the_doctor_and_panic() {
    static SITE: Site = Site::new("open for long", module_path!(), file!(), line!());
    configure(|settings| {
        (settings.warn_open, settings.maintenance) = (Some(Duration::from_millis(10)), None);
    });
    tracing::subscriber::set_global_default(Hears(ask)).unwrap();
    let options =
        Options { interval: Duration::from_millis(50), watch: None, ..Options::default() };
    let doctor = DOCTOR.get_or_init(|| Arc::new(Doctor::start(options)));
    let (done, is_done) = channel();
    thread::spawn(move || {
        for _ in 0..10 {
            let scope = RequestScope::enter(&SITE);
            thread::sleep(Duration::from_millis(60));
            doctor.sample();
            drop(scope);
        }
        let readings = || doctor.timeline().fine.len();
        let (before, began) = (readings(), Instant::now());
        while readings() == before && began.elapsed() < Duration::from_secs(20) {
            thread::sleep(Duration::from_millis(20));
        }
        done.send((readings() > before, ASKED.load(Relaxed))).unwrap();
    });
    let (goes_on, asked) =
        is_done.recv_timeout(Duration::from_secs(60)).expect("it waits for itself");
    assert!(goes_on, "the doctor's thread has ended");
    assert!(asked >= 10, "each scope was warned of once: {asked}");
}
