//! A gate without a thread: each test turns it by hand, so no time passes by itself.

mod limits;
#[path = "../support/mod.rs"]
mod support;
mod weights;

use core::time::Duration;

use futures_util::FutureExt;
use request_arena_admission::{
    Admission, Mode, Options, Order, Permit, Priority, Reason, Refused, Source,
};
use request_arena_core::Site;
use support::{MIB, Place, gate, learned};

#[test]
fn what_fits_is_admitted_and_the_rest_waits_until_there_is_room() {
    static SITE: Site = Site::new("waits", module_path!(), file!(), line!()).with_initial(10 << 20);
    let place = Place::new(100 * MIB, 0);
    let gate = gate(&place, |_| {});
    let weight = learned(gate, &SITE, 10 * MIB);
    assert!((10 * MIB..11 * MIB).contains(&weight), "{weight}");
    let mut permits = Vec::new();
    while let Some(Ok(permit)) = gate.admit(&SITE).now_or_never() {
        permits.push(permit);
    }
    // A tenth of the limit is the reserve.
    assert_eq!(permits.len() as u64, 90 * MIB / weight);
    let mut waits = gate.admit(&SITE);
    assert!((&mut waits).now_or_never().is_none());
    let snapshot = gate.snapshot();
    assert_eq!((snapshot.waiting.total(), snapshot.credit_bytes), (1, 0));
    assert_eq!(snapshot.reserved_bytes, permits.len() as u64 * weight);
    assert_eq!(snapshot.budget_bytes, Some(90 * MIB));
    drop(permits.pop());
    let permit = waits.now_or_never().unwrap().unwrap();
    assert_eq!(permit.weight_bytes(), weight);
    drop((permit, permits));
    let snapshot = gate.snapshot();
    assert_eq!((snapshot.reserved_bytes, snapshot.waited.count()), (0, 1));
    assert!(!snapshot.is_pressed);
}

#[test]
fn a_request_gives_up_at_its_deadline_and_a_full_queue_refuses() {
    static SITE: Site = Site::new("deadline", module_path!(), file!(), line!());
    let place = Place::new(100 * MIB, 0);
    let gate = gate(&place, |options| options.most_waiting = 1);
    learned(gate, &SITE, 60 * MIB);
    let permit = gate.try_admit(&SITE).unwrap();
    let mut waits = gate.admit(&SITE).with_deadline(Duration::from_nanos(1));
    assert!((&mut waits).now_or_never().is_none());
    let refused = gate.admit(&SITE).now_or_never().unwrap().unwrap_err();
    assert_eq!(refused.reason, Reason::QueueFull);
    gate.turn();
    let refused = waits.now_or_never().unwrap().unwrap_err();
    assert_eq!(refused.reason, Reason::Deadline);
    assert_eq!(gate.try_admit(&SITE).unwrap_err().reason, Reason::Deadline);
    let snapshot = gate.snapshot();
    assert_eq!((snapshot.refused.deadline, snapshot.refused.queue_full), (2, 1));
    assert_eq!((snapshot.waiting.total(), snapshot.left), (0, 0));
    drop(permit);
}

#[test]
fn refused_clients_try_again_at_different_times() {
    static SITE: Site = Site::new("retry", module_path!(), file!(), line!());
    let place = Place::new(100 * MIB, 0);
    let gate = gate(&place, |_| {});
    learned(gate, &SITE, 60 * MIB);
    let permit = gate.try_admit(&SITE).unwrap();
    let mut times: Vec<_> =
        (0..100).map(|_| gate.try_admit(&SITE).unwrap_err().retry_after).collect();
    times.sort();
    assert!(times[0] >= Duration::from_secs(1) && times[99] < Duration::from_secs(3), "{times:?}");
    let widest = times.windows(2).map(|pair| pair[1] - pair[0]).max();
    assert!(widest < Some(Duration::from_millis(60)), "evenly: {widest:?}");
    drop(permit);
}

#[test]
fn a_request_that_is_dropped_while_it_waits_or_runs_gives_all_back() {
    static SITE: Site = Site::new("dropped", module_path!(), file!(), line!());
    let place = Place::new(100 * MIB, 0);
    let gate = gate(&place, |_| {});
    learned(gate, &SITE, 60 * MIB);
    let permit = gate.try_admit(&SITE).unwrap();
    let mut granted = gate.admit(&SITE);
    let mut waits = gate.admit(&SITE);
    assert!((&mut granted).now_or_never().is_none() && (&mut waits).now_or_never().is_none());
    drop(permit);
    // It has been granted, and its client is gone before it looks.
    drop(granted);
    assert!(waits.now_or_never().unwrap().is_ok());
    // A panic, and a cancelled future.
    let panicked = std::panic::catch_unwind(|| {
        let _permit = gate.try_admit(&SITE).unwrap();
        panic!("in the handler");
    });
    assert!(panicked.is_err());
    let permit = gate.try_admit(&SITE).unwrap();
    let mut running = Box::pin(permit.around(core::future::pending::<()>()));
    assert!((&mut running).now_or_never().is_none());
    assert!(gate.try_admit(&SITE).is_err());
    drop(running);
    let mut waits = gate.admit(&SITE);
    let permit = (&mut waits).now_or_never().unwrap();
    drop(permit);
    let snapshot = gate.snapshot();
    assert_eq!((snapshot.reserved_bytes, snapshot.waiting.total()), (0, 0));
}

#[test]
fn priorities_and_the_order_decide_which_request_is_next() {
    static SITE: Site = Site::new("order", module_path!(), file!(), line!());
    for (order, expected) in [(Order::Fifo, [3, 0, 1, 2]), (Order::Lifo, [3, 1, 0, 2])] {
        let place = Place::new(100 * MIB, 0);
        let gate = gate(&place, |options| options.order = order);
        learned(gate, &SITE, 60 * MIB);
        let mut permit = Some(gate.try_admit(&SITE).unwrap());
        let classes = [Priority::Normal, Priority::Normal, Priority::Low, Priority::High];
        let mut waiting: Vec<_> = classes
            .map(|class| Box::pin(gate.admit(&SITE).with_priority(class)))
            .into_iter()
            .map(Some)
            .collect();
        for wait in waiting.iter_mut().flatten() {
            assert!(wait.now_or_never().is_none());
        }
        let mut served = Vec::new();
        while served.len() < expected.len() {
            drop(permit.take());
            for (place, wait) in waiting.iter_mut().enumerate() {
                let found: Option<Result<Permit, Refused>> =
                    wait.as_mut().and_then(FutureExt::now_or_never);
                if let Some(admitted) = found {
                    served.push(place);
                    *wait = None;
                    permit = Some(admitted.unwrap());
                }
            }
        }
        assert_eq!(served, expected, "{order:?}");
    }
}

#[test]
fn a_request_that_passes_waiting_ones_at_once_has_not_waited() {
    static SITE: Site = Site::new("passes", module_path!(), file!(), line!());
    static LARGE: Site = Site::new("is passed", module_path!(), file!(), line!());
    let place = Place::new(100 * MIB, 0);
    // The queue is full, and it needs no place in it.
    let gate = gate(&place, |options| options.most_waiting = 1);
    learned(gate, &SITE, 10 * MIB);
    learned(gate, &LARGE, 60 * MIB);
    let permit = gate.try_admit(&LARGE).unwrap();
    let mut waits = gate.admit(&LARGE).with_priority(Priority::Low);
    assert!((&mut waits).now_or_never().is_none());
    drop(gate.admit(&SITE).now_or_never().expect("it is more important, and fits").unwrap());
    assert_eq!(gate.snapshot().waited.count(), 0);
    drop(permit);
    drop(waits.now_or_never().unwrap().unwrap());
    assert_eq!((gate.snapshot().waited.count(), gate.snapshot().refused.total()), (1, 0));
}

#[test]
fn with_last_in_first_out_a_request_passes_older_ones_that_need_more() {
    static SITE: Site = Site::new("newest", module_path!(), file!(), line!());
    static LARGE: Site = Site::new("older, and larger", module_path!(), file!(), line!());
    let place = Place::new(100 * MIB, 0);
    let gate = gate(&place, |options| {
        (options.order, options.most_waiting) = (Order::Lifo, 1);
    });
    learned(gate, &SITE, 10 * MIB);
    learned(gate, &LARGE, 60 * MIB);
    let permit = gate.try_admit(&LARGE).unwrap();
    let mut waits = gate.admit(&LARGE);
    assert!((&mut waits).now_or_never().is_none());
    drop(gate.admit(&SITE).now_or_never().expect("it is the newest, and fits").unwrap());
    drop(permit);
    drop(waits.now_or_never().unwrap().expect("the place in the queue was its own"));
}

#[test]
fn measure_mode_refuses_no_request_and_counts_those_it_would_have() {
    static SITE: Site = Site::new("measured", module_path!(), file!(), line!());
    let place = Place::new(100 * MIB, 0);
    let gate = gate(&place, |options| {
        (options.mode, options.most_waiting) = (Mode::Measure, 2);
        options.deadline = Duration::from_nanos(1);
    });
    learned(gate, &SITE, 60 * MIB);
    let permits: Vec<_> = (0..4).map(|_| gate.try_admit(&SITE).unwrap()).collect();
    let snapshot = gate.snapshot();
    assert_eq!((snapshot.would_have_waited, snapshot.waiting.normal), (3, 2));
    assert_eq!(snapshot.would_have_refused.queue_full, 1);
    gate.turn();
    let snapshot = gate.snapshot();
    assert_eq!((snapshot.would_have_refused.deadline, snapshot.waiting.normal), (2, 0));
    drop(permits);
    // In time: it would have waited, and would not have been refused.
    let patient = Admission::without_thread(Options {
        source: Source::Beneath(place.path().to_owned()),
        deadline: Duration::from_secs(3600),
        ..Options::default()
    });
    let patient = patient.unwrap();
    let permits: Vec<_> = (0..2).map(|_| patient.try_admit(&SITE).unwrap()).collect();
    drop(permits);
    let snapshot = patient.snapshot();
    assert_eq!((snapshot.would_have_waited, snapshot.waited.count()), (1, 1));
    assert_eq!((snapshot.would_have_refused.total(), snapshot.refused.total()), (0, 0));
    assert_eq!((snapshot.admitted, snapshot.mode), (2, Mode::Measure));
    place.set(10 * MIB, 0, 0);
    patient.turn();
    assert!(patient.try_admit(&SITE).is_ok());
    assert_eq!(patient.snapshot().would_have_refused.too_large, 1);
}

#[test]
fn off_reserves_nothing_and_ends_all_waits() {
    static SITE: Site = Site::new("off", module_path!(), file!(), line!());
    let place = Place::new(100 * MIB, 0);
    let gate = gate(&place, |_| {});
    learned(gate, &SITE, 60 * MIB);
    let permit = gate.try_admit(&SITE).unwrap();
    let mut waits = gate.admit(&SITE);
    assert!((&mut waits).now_or_never().is_none());
    gate.set_mode(Mode::Off);
    let second = waits.now_or_never().unwrap().unwrap();
    assert!(second.weight_bytes() > 0, "it asked before");
    let third = gate.try_admit(&SITE).unwrap();
    assert_eq!(third.weight_bytes(), 0);
    drop((permit, second, third));
    gate.set_mode(Mode::Enforce);
    assert_eq!((gate.snapshot().reserved_bytes, gate.mode()), (0, Mode::Enforce));
}

#[test]
fn a_request_inside_of_an_admitted_one_does_not_wait_for_it() {
    static SITE: Site = Site::new("inside", module_path!(), file!(), line!());
    let place = Place::new(100 * MIB, 0);
    let gate = gate(&place, |_| {});
    learned(gate, &SITE, 60 * MIB);
    let outer = gate.try_admit(&SITE).unwrap();
    let nested =
        outer.around(async { gate.admit(&SITE).await.map(|permit| permit.weight_bytes()) });
    assert!(nested.now_or_never().unwrap().unwrap() > 0);
    let snapshot = gate.snapshot();
    assert_eq!((snapshot.nested, snapshot.reserved_bytes), (1, 0));
    // With room for both there is nothing to count.
    place.set(200 * MIB, 0, 0);
    gate.turn();
    let outer = gate.try_admit(&SITE).unwrap();
    assert!(outer.around(gate.admit(&SITE)).now_or_never().unwrap().is_ok());
    assert_eq!(gate.snapshot().nested, 1);
    place.set(100 * MIB, 0, 0);
    gate.turn();
    let outer = gate.try_admit(&SITE).unwrap();
    assert!(gate.admit(&SITE).now_or_never().is_none(), "beside it");
    drop(outer);
}

#[test]
fn options_out_of_range_are_refused_by_name() {
    let start = |change: fn(&mut Options)| {
        let mut options = Options::default();
        change(&mut options);
        Admission::without_thread(options).unwrap_err().to_string()
    };
    assert!(start(|options| options.reserve = 1.5).contains("`reserve` is 1.5"));
    assert!(start(|options| options.quantile = f64::NAN).contains("`quantile` is NaN"));
    assert!(start(|options| options.interval = Duration::ZERO).contains("`interval`"));
    assert!(start(|options| options.unseen_bytes = Some(0)).contains("`unseen_bytes` is 0"));
}

#[test]
fn small_requests_do_not_pass_a_large_one_that_waits() {
    static SMALL: Site = Site::new("small ones", module_path!(), file!(), line!());
    static LARGE: Site = Site::new("large one", module_path!(), file!(), line!());
    let place = Place::new(100 * MIB, 0);
    let gate = gate(&place, |_| {});
    learned(gate, &SMALL, MIB);
    learned(gate, &LARGE, 45 * MIB);
    let first = gate.try_admit(&LARGE).unwrap();
    let mut small: Vec<_> = (0..2).map(|_| gate.try_admit(&SMALL).unwrap()).collect();
    let mut waits = Box::pin(gate.admit(&LARGE));
    assert!((&mut waits).now_or_never().is_none());
    let mut passes = Box::pin(gate.admit(&SMALL));
    assert!((&mut passes).now_or_never().is_none(), "there is room for it, but it is not first");
    drop(small.pop());
    drop(small.pop());
    drop(first);
    assert!(waits.now_or_never().unwrap().is_ok());
    assert!(passes.now_or_never().unwrap().is_ok());
    assert_eq!(gate.snapshot().reserved_bytes, 0);
}
