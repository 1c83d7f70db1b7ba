//! A gate with its thread, and requests on many threads.

mod support;

use core::time::Duration;
use std::sync::atomic::{AtomicU64, Ordering::SeqCst};
use std::sync::{Arc, Mutex};

use request_arena_admission::{Admission, Mode, Options, Order, Reason, Source};
use request_arena_core::Site;
use support::{MIB, Place, learned};
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber};

fn start(place: &Place, change: impl FnOnce(&mut Options)) -> Admission {
    let source = Source::Beneath(place.path().to_owned());
    let interval = Options::SHORTEST_INTERVAL;
    let mut options = Options { mode: Mode::Enforce, source, interval, ..Options::default() };
    change(&mut options);
    Admission::start(options).unwrap()
}

#[test]
fn the_thread_ends_the_wait_at_the_deadline_without_a_runtime() {
    static SITE: Site = Site::new("thread", module_path!(), file!(), line!());
    let place = Place::new(100 * MIB, 0);
    let gate = start(&place, |options| options.interval = Duration::from_secs(3600));
    learned(gate, &SITE, 60 * MIB);
    let permit = gate.try_admit(&SITE).unwrap();
    let waits = gate.admit(&SITE).with_deadline(Duration::from_millis(20));
    let refused = block_on(waits).unwrap_err();
    assert_eq!(refused.reason, Reason::Deadline);
    drop(permit);
}

#[test]
fn the_thread_reads_the_limit() {
    static SITE: Site = Site::new("reads", module_path!(), file!(), line!());
    let place = Place::new(100 * MIB, 0);
    let gate = start(&place, |options| options.deadline = Duration::from_secs(3600));
    learned(gate, &SITE, 60 * MIB);
    let permit = gate.try_admit(&SITE).unwrap();
    let waits = std::thread::spawn(move || block_on(gate.admit(&SITE)).unwrap().weight_bytes());
    while gate.snapshot().waiting.total() == 0 {
        std::thread::yield_now();
    }
    place.set(200 * MIB, 0, 0);
    assert!(waits.join().unwrap() > 0, "with a higher limit both fit");
    drop(permit);
}

#[test]
fn free_memory_is_given_back_in_every_mode_that_counts() {
    static SITE: Site = Site::new("relieved", module_path!(), file!(), line!());
    static RELIEVED: AtomicU64 = AtomicU64::new(0);
    let place = Place::new(100 * MIB, 0);
    let of = |mode: Mode| {
        let gate = start(&place, |options| {
            options.mode = mode;
            options.deadline = Duration::from_secs(3600);
            options.relieve = || _ = RELIEVED.fetch_add(1, SeqCst);
        });
        learned(gate, &SITE, 60 * MIB);
        gate
    };
    for mode in [Mode::Enforce, Mode::Measure] {
        let (gate, before) = (of(mode), RELIEVED.load(SeqCst));
        let first = gate.try_admit(&SITE).unwrap();
        let (done, is_done) = std::sync::mpsc::channel::<()>();
        let waits = std::thread::spawn(move || {
            let second = block_on(gate.admit(&SITE)).unwrap();
            // With measure mode it has the permit already, and would wait as long as there are two.
            assert!(is_done.recv().is_err());
            drop(second);
        });
        while RELIEVED.load(SeqCst) == before {
            std::thread::yield_now();
        }
        drop((first, done));
        waits.join().unwrap();
    }
}

/// Runs a future, and sleeps while it is not woken.
fn block_on<F: Future>(future: F) -> F::Output {
    struct Unpark(std::thread::Thread);
    impl std::task::Wake for Unpark {
        fn wake(self: Arc<Self>) {
            self.0.unpark();
        }
    }
    let waker = std::task::Waker::from(Arc::new(Unpark(std::thread::current())));
    let mut context = std::task::Context::from_waker(&waker);
    let mut future = core::pin::pin!(future);
    loop {
        match future.as_mut().poll(&mut context) {
            std::task::Poll::Ready(output) => return output,
            std::task::Poll::Pending => std::thread::park(),
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn many_requests_never_hold_more_than_the_budget_and_nothing_is_lost() {
    static SMALL: Site = Site::new("small", module_path!(), file!(), line!());
    static LARGE: Site = Site::new("large", module_path!(), file!(), line!());
    static HELD: AtomicU64 = AtomicU64::new(0);
    for order in [Order::Fifo, Order::Lifo] {
        let place = Place::new(100 * MIB, 0);
        let gate = start(&place, |options| {
            (options.order, options.most_waiting) = (order, 100_000);
            options.deadline = Duration::from_secs(3600);
        });
        learned(gate, &SMALL, 100_000);
        learned(gate, &LARGE, 20 * MIB);
        let requests: Vec<_> = (0..2000_u32)
            .map(|number| {
                tokio::spawn(async move {
                    let site = if number % 10 == 0 { &LARGE } else { &SMALL };
                    let asks = gate.admit(site);
                    if number % 7 == 0 {
                        // Its client is impatient, and gives up at some moment.
                        let soon = Duration::from_micros(u64::from(number));
                        let _ = tokio::time::timeout(soon, asks).await;
                        return false;
                    }
                    let permit = asks.await.unwrap();
                    let held = HELD.fetch_add(permit.weight_bytes(), SeqCst);
                    assert!(held + permit.weight_bytes() <= 90 * MIB, "{held}");
                    tokio::task::yield_now().await;
                    HELD.fetch_sub(permit.weight_bytes(), SeqCst);
                    true
                })
            })
            .collect();
        let mut done = 0;
        for request in requests {
            done += u64::from(request.await.unwrap());
        }
        assert_eq!(done, 2000 - 2000_u64.div_ceil(7));
        gate.turn();
        let snapshot = gate.snapshot();
        assert_eq!((snapshot.reserved_bytes, snapshot.waiting.total()), (0, 0), "{snapshot:?}");
        assert!(!snapshot.is_pressed && snapshot.refused.total() == 0, "{snapshot:?}");
        assert!(snapshot.admitted >= done);
    }
}

/// Keeps the texts of events of this crate.
struct Texts(Arc<Mutex<Vec<String>>>);

struct Text(String);

impl Visit for Text {
    fn record_debug(&mut self, field: &Field, value: &dyn core::fmt::Debug) {
        self.0 += &format!("{}={value:?} ", field.name());
    }
}

impl Subscriber for Texts {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.is_event()
    }

    fn new_span(&self, _: &Attributes<'_>) -> Id {
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, _: &Record<'_>) {}

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn event(&self, event: &Event<'_>) {
        let mut text = Text(format!("{} ", event.metadata().level()));
        event.record(&mut text);
        self.0.lock().unwrap().push(text.0);
    }

    fn enter(&self, _: &Id) {}

    fn exit(&self, _: &Id) {}
}

#[test]
fn an_unseen_handler_and_a_lack_of_memory_are_logged_once_with_the_figures() {
    static SITE: Site = Site::new("logged", module_path!(), file!(), line!());
    let place = Place::new(100 * MIB, 40 * MIB);
    let texts = Arc::new(Mutex::new(Vec::new()));
    tracing::subscriber::with_default(Texts(Arc::clone(&texts)), || {
        let gate = support::gate(&place, |options| options.unseen_bytes = Some(30 * MIB));
        let permit = gate.try_admit(&SITE).unwrap();
        assert!((0..3).all(|_| gate.try_admit(&SITE).is_err()));
        (0..3).for_each(|_| gate.turn());
        drop(permit);
    });
    let texts = texts.lock().unwrap();
    let with = |part: &str| texts.iter().filter(|text| text.contains(part)).count();
    assert_eq!((with("knows no request of this handler"), with("handler=\"logged\"")), (1, 1));
    let lack = texts.iter().find(|text| text.starts_with("WARN")).unwrap();
    let base = format!("base_bytes={} ", 40 * MIB);
    assert!(lack.contains(&base) && lack.contains("requests wait for memory"), "{lack}");
    assert_eq!(with("requests wait for memory"), 1, "{texts:?}");
}

#[test]
fn a_base_at_the_limit_is_logged_as_room_for_no_request() {
    static SITE: Site = Site::new("stopped", module_path!(), file!(), line!());
    let place = Place::new(100 * MIB, 100 * MIB);
    let texts = Arc::new(Mutex::new(Vec::new()));
    tracing::subscriber::with_default(Texts(Arc::clone(&texts)), || {
        let gate = support::gate(&place, |_| ());
        assert!(gate.try_admit(&SITE).is_err());
        gate.turn();
    });
    let texts = texts.lock().unwrap();
    let lack = texts.iter().find(|text| text.starts_with("WARN")).unwrap();
    assert!(lack.contains("none fits") && lack.contains("reach the limit"), "{lack}");
}
