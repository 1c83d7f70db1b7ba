//! Code around the gate that panics, calls back, or never yields.

mod support;

use core::future::Future;
use core::pin::Pin;
use core::sync::atomic::{AtomicBool, AtomicU32, Ordering::SeqCst};
use core::task::{Context, Poll, Waker};
use core::time::Duration;
use std::convert::Infallible;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex, OnceLock, mpsc};
use std::task::Wake;

use futures_util::FutureExt;
use http::{Request, Response};
use request_arena_admission::{
    Admission, AdmissionLayer, Admit, Mode, Options, Reading, Reason, Source, snapshots,
};
use request_arena_core::Site;
use support::{MIB, Place, gate, learned};
use tower::{Layer as _, Service, ServiceExt as _};

/// Runs a function on a thread of its own, and fails if it hangs.
fn ends<T: Send + 'static>(function: impl FnOnce() -> T + Send + 'static) -> T {
    let (sender, receiver) = mpsc::channel();
    std::thread::spawn(move || sender.send(function()));
    receiver.recv_timeout(Duration::from_secs(20)).expect("it hangs, or it panicked")
}

/// A gate for one request at a time.
fn for_one(site: &'static Site, place: &Place) -> Admission {
    let gate = gate(place, |options| options.deadline = Duration::from_secs(3600));
    let weight = learned(gate, site, 10 * MIB);
    place.set(weight * 10 / 9 + MIB / 2, 0, 0);
    gate.turn();
    gate
}

#[derive(Debug)]
struct ClonePanics(Arc<AtomicBool>);

impl Clone for ClonePanics {
    fn clone(&self) -> Self {
        assert!(!self.0.load(SeqCst), "a service that cannot be cloned now");
        Self(Arc::clone(&self.0))
    }
}

impl Service<Request<()>> for ClonePanics {
    type Response = Response<String>;
    type Error = Infallible;
    type Future = core::future::Ready<Result<Response<String>, Infallible>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, _: Request<()>) -> Self::Future {
        core::future::ready(Ok(Response::default()))
    }
}

#[test]
fn a_service_that_panics_while_it_is_cloned_leaves_the_queue() {
    let place = Place::new(1 << 30, 0);
    let gate = gate(&place, |_| {});
    let site = gate.handler("clone panics");
    learned(gate, site, 10 * MIB);
    let layer: AdmissionLayer<(), String> = gate.layer("clone panics");
    let panics = Arc::new(AtomicBool::new(false));
    let mut service = layer.layer(ClonePanics(Arc::clone(&panics)));
    place.set(0, 0, 0);
    gate.turn();
    place.set(1 << 30, 1 << 30, 0);
    gate.turn();
    panics.store(true, SeqCst);
    let called = catch_unwind(AssertUnwindSafe(|| drop(service.call(Request::default()))));
    assert!(called.is_err());
    assert_eq!(gate.snapshot().waiting.total(), 0, "its place in the queue is free");
    place.set(1 << 30, 0, 0);
    gate.turn();
    assert_eq!(gate.snapshot().reserved_bytes, 0, "nothing was granted to it");
}

/// A task that is its own waker, as in many small executors: whoever drops the last waker drops
/// the future.
struct Task(Mutex<Option<Pin<Box<Admit>>>>);

impl Wake for Task {
    fn wake(self: Arc<Self>) {}
}

#[test]
fn the_last_waker_of_a_task_may_drop_another_request_that_waits() {
    static SITE: Site = Site::new("last waker", module_path!(), file!(), line!());
    let place = Place::new(1 << 30, 0);
    let gate = for_one(&SITE, &place);
    let permit = gate.try_admit(&SITE).unwrap();
    ends(move || {
        let mut moved = Box::pin(gate.admit(&SITE));
        let task = Arc::new(Task(Mutex::new(None)));
        let waker = Waker::from(Arc::clone(&task));
        // Both are polled by the task. One moves to another task, and the first one is dropped.
        let mut stays = Box::pin(gate.admit(&SITE));
        assert!(moved.as_mut().poll(&mut Context::from_waker(&waker)).is_pending());
        assert!(stays.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_pending());
        *task.0.lock().unwrap() = Some(stays);
        drop((task, waker));
        assert_eq!(gate.snapshot().waiting.total(), 2);
        assert!(moved.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_pending());
        assert_eq!((gate.snapshot().waiting.total(), gate.snapshot().left), (1, 1));
    });
    drop(permit);
}

#[test]
fn a_request_that_leaves_with_the_last_waker_of_another_one_does_not_hang() {
    static SITE: Site = Site::new("leaves with waker", module_path!(), file!(), line!());
    let place = Place::new(1 << 30, 0);
    let gate = for_one(&SITE, &place);
    let permit = gate.try_admit(&SITE).unwrap();
    ends(move || {
        let task = Arc::new(Task(Mutex::new(None)));
        let waker = Waker::from(Arc::clone(&task));
        let mut leaves = Box::pin(gate.admit(&SITE));
        let mut stays = Box::pin(gate.admit(&SITE));
        assert!(leaves.as_mut().poll(&mut Context::from_waker(&waker)).is_pending());
        assert!(stays.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_pending());
        *task.0.lock().unwrap() = Some(stays);
        drop((task, waker));
        drop(leaves);
        assert_eq!((gate.snapshot().waiting.total(), gate.snapshot().left), (0, 2));
    });
    drop(permit);
}

struct Panics;

impl Wake for Panics {
    fn wake(self: Arc<Self>) {
        panic!("a waker that panics");
    }
}

#[derive(Default)]
struct Counts(AtomicU32);

impl Wake for Counts {
    fn wake(self: Arc<Self>) {
        self.0.fetch_add(1, SeqCst);
    }
}

#[test]
fn a_waker_that_panics_does_not_keep_others_asleep() {
    static SITE: Site = Site::new("waker panics", module_path!(), file!(), line!());
    let place = Place::new(1 << 30, 0);
    let gate = for_one(&SITE, &place);
    let permit = gate.try_admit(&SITE).unwrap();
    let counts = Arc::new(Counts::default());
    let mut waits: Vec<_> = (0..3).map(|_| Box::pin(gate.admit(&SITE))).collect();
    let wakers = [
        Waker::from(Arc::clone(&counts)),
        Waker::from(Arc::new(Panics)),
        Waker::from(Arc::clone(&counts)),
    ];
    for (wait, waker) in waits.iter_mut().zip(&wakers) {
        assert!(wait.as_mut().poll(&mut Context::from_waker(waker)).is_pending());
    }
    let caught = catch_unwind(AssertUnwindSafe(|| gate.set_mode(Mode::Measure)));
    assert!(caught.is_err(), "the panic is the caller's to see");
    assert_eq!(counts.0.load(SeqCst), 2, "the other two are woken");
    drop((permit, waits));
    assert_eq!(gate.snapshot().reserved_bytes, 0);
}

#[test]
fn a_waker_that_panics_when_another_request_takes_its_place_loses_no_reservation() {
    static SITE: Site =
        Site::new("loses nothing", module_path!(), file!(), line!()).with_initial(10 << 20);
    static LARGE: Site =
        Site::new("large, displaces", module_path!(), file!(), line!()).with_initial(100 << 20);
    let place = Place::new(1 << 30, 0);
    let gate = gate(&place, |options| {
        options.order = request_arena_admission::Order::Lifo;
        options.most_waiting = 1;
        options.deadline = Duration::from_secs(3600);
    });
    learned(gate, &SITE, 10 * MIB);
    learned(gate, &LARGE, 100 * MIB);
    place.set(100 * MIB, 0, 0);
    gate.turn();
    let permit = gate.try_admit(&SITE).unwrap();
    let mut large = Box::pin(gate.admit(&LARGE).with_deadline(Duration::from_secs(3600)));
    place.set(150 * MIB, 60 * MIB, 0);
    gate.turn();
    let waker = Waker::from(Arc::new(Panics));
    assert!(large.as_mut().poll(&mut Context::from_waker(&waker)).is_pending());
    // The next one takes its place, which wakes it.
    let mut next = Box::pin(gate.admit(&LARGE));
    let polled = catch_unwind(AssertUnwindSafe(|| {
        next.as_mut().poll(&mut Context::from_waker(Waker::noop())).map(drop)
    }));
    assert!(polled.is_err());
    drop((next, large, permit));
    let snapshot = gate.snapshot();
    assert_eq!((snapshot.reserved_bytes, snapshot.waiting.total()), (0, 0), "{snapshot:?}");
}

#[test]
fn the_mode_of_the_gate_and_of_its_reservations_is_one() {
    static SITE: Site = Site::new("modes", module_path!(), file!(), line!());
    let place = Place::new(1 << 30, 0);
    let gate = for_one(&SITE, &place);
    let permit = gate.try_admit(&SITE).unwrap();
    for _ in 0..2000 {
        std::thread::scope(|threads| {
            for mode in [Mode::Off, Mode::Enforce, Mode::Measure] {
                threads.spawn(move || gate.set_mode(mode));
            }
        });
        if gate.mode() == Mode::Enforce {
            assert!(gate.try_admit(&SITE).is_err(), "enforced, and yet admitted");
        }
    }
    drop(permit);
}

#[tokio::test]
async fn the_secret_of_an_own_call_does_not_reach_the_handler() {
    let place = Place::new(1 << 30, 0);
    let gate = gate(&place, |_| {});
    let site = gate.handler("secret");
    learned(gate, site, 10 * MIB);
    let handler = tower::service_fn(|request: Request<()>| async move {
        let own = request.headers().contains_key("request-arena-own-call");
        Ok::<_, Infallible>(Response::new(own.to_string()))
    });
    let layer: AdmissionLayer<(), String> =
        gate.layer("secret").with_exempt(|request| request.uri().path() == "/exempt");
    // Two layers, and a task between them: the inner one knows the call, too.
    let inner = layer.layer(handler);
    let between = tower::service_fn(move |request: Request<()>| {
        let inner = inner.clone();
        async move { tokio::spawn(inner.oneshot(request)).await.unwrap() }
    });
    let service = layer.layer(between);
    let request = |path: &str| {
        let (name, value) = gate.own_call();
        Request::builder().uri(path).header(name, value).body(()).unwrap()
    };
    for (limit, is_full) in [(1 << 30, false), (10 * MIB, true)] {
        place.set(limit, 0, 0);
        gate.turn();
        for path in ["/", "/exempt"] {
            let response = service.clone().oneshot(request(path)).await.unwrap();
            assert_eq!((response.status().as_u16(), response.body().as_str()), (200, "false"));
        }
        let strange = Request::builder().header("request-arena-own-call", "guess").body(());
        let status = service.clone().oneshot(strange.unwrap()).await.unwrap().status().as_u16();
        assert_eq!(status == 503, is_full, "{status}");
    }
}

#[test]
fn a_request_that_the_base_leaves_no_room_for_does_not_keep_others_waiting() {
    static LARGE: Site = Site::new("never fits", module_path!(), file!(), line!());
    static SMALL: Site = Site::new("fits", module_path!(), file!(), line!());
    let place = Place::new(1 << 30, 0);
    let gate = gate(&place, |_| {});
    learned(gate, &LARGE, 60 * MIB);
    learned(gate, &SMALL, MIB);
    // 60 of 90 MiB are within the whole budget, but 50 MiB belong to no request.
    place.set(100 * MIB, 50 * MIB, 0);
    gate.turn();
    let mut large = Box::pin(gate.admit(&LARGE).with_deadline(Duration::from_secs(3600)));
    assert!(large.as_mut().now_or_never().is_none());
    let small = gate.admit(&SMALL).now_or_never().expect("nothing runs, and it fits").unwrap();
    // Once there can be room, the large one is first again.
    place.set(100 * MIB, 10 * MIB, 0);
    gate.turn();
    let second = large.as_mut().now_or_never().expect("there is room for both").unwrap();
    drop((small, second));
    assert_eq!(gate.snapshot().reserved_bytes, 0);
}

#[test]
fn the_longest_time_to_retry_is_no_panic() {
    static SITE: Site = Site::new("retry for ever", module_path!(), file!(), line!());
    let place = Place::new(100 * MIB, 100 * MIB);
    let gate = gate(&place, |options| {
        (options.retry_after, options.retry_spread) = (Duration::MAX, Duration::MAX);
    });
    for _ in 0..3 {
        let refused = gate.try_admit(&SITE).unwrap_err();
        assert_eq!((refused.reason, refused.retry_after), (Reason::Deadline, Duration::MAX));
    }
}

#[test]
fn a_source_may_ask_for_the_figures() {
    static GATE: OnceLock<Admission> = OnceLock::new();
    fn read() -> Option<Reading> {
        let _ = snapshots();
        let used = GATE.get().map_or(0, |gate| gate.snapshot().reserved_bytes);
        Some(Reading { limit_bytes: 100 * MIB, kept_bytes: used })
    }
    ends(|| {
        let options = Options {
            name: "asks for figures",
            source: Source::Function(read),
            mode: Mode::Enforce,
            ..Options::default()
        };
        let gate = Admission::without_thread(options).unwrap();
        let _ = GATE.set(gate);
        gate.turn();
        assert_eq!(gate.snapshot().budget_bytes, Some(90 * MIB));
    });
}
