//! A gate without a thread: each test turns it by hand, so no time passes by itself.

mod support;

use core::time::Duration;

use futures_util::FutureExt;
use request_arena_admission::{
    Admission, LimitOf, Mode, Options, Order, Permit, Priority, Reading, Reason, Refused, Source,
};
use request_arena_core::{Site, scope};
use support::{MIB, Place, gate, learned};

#[test]
fn what_fits_is_admitted_and_the_rest_waits_until_there_is_room() {
    static SITE: Site = Site::new("waits", module_path!(), file!(), line!());
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
fn page_cache_refuses_nobody() {
    static SITE: Site = Site::new("page cache", module_path!(), file!(), line!());
    let place = Place::new(100 * MIB, 0);
    let gate = gate(&place, |_| {});
    learned(gate, &SITE, 10 * MIB);
    // 96 MiB of the limit are in use, and all of it is files.
    place.set(100 * MIB, 2 * MIB, 94 * MIB);
    gate.turn();
    let snapshot = gate.snapshot();
    assert_eq!((snapshot.kept_bytes, snapshot.budget_bytes), (Some(2 * MIB), Some(88 * MIB)));
    assert!(gate.admit(&SITE).now_or_never().unwrap().is_ok());
    // The same as memory of a process.
    place.set(100 * MIB, 96 * MIB, 0);
    gate.turn();
    assert_eq!(gate.snapshot().budget_bytes, Some(0));
    assert!(gate.admit(&SITE).now_or_never().is_none());
}

#[test]
fn a_request_larger_than_the_whole_budget_is_refused_at_once() {
    static SITE: Site = Site::new("too large", module_path!(), file!(), line!());
    let place = Place::new(200 * MIB, 0);
    let gate = gate(&place, |_| {});
    learned(gate, &SITE, 100 * MIB);
    place.set(100 * MIB, 0, 0);
    gate.turn();
    let refused = gate.admit(&SITE).now_or_never().unwrap().unwrap_err();
    assert_eq!((refused.reason, refused.handler), (Reason::TooLarge, "too large"));
    assert!(refused.to_string().contains("raise the container's limit"), "{refused}");
    // Also if the limit falls while it waits.
    place.set(200 * MIB, 0, 0);
    gate.turn();
    let permit = gate.admit(&SITE).now_or_never().unwrap().unwrap();
    let mut waits = gate.admit(&SITE);
    assert!((&mut waits).now_or_never().is_none());
    place.set(100 * MIB, 0, 0);
    gate.turn();
    let refused = waits.now_or_never().unwrap().unwrap_err();
    assert_eq!(refused.reason, Reason::TooLarge);
    assert_eq!(gate.snapshot().refused.too_large, 2);
    drop(permit);
    assert_eq!(gate.snapshot().reserved_bytes, 0);
}

#[test]
fn rare_large_requests_do_not_lock_their_handler_out() {
    static SITE: Site = Site::new("outlier", module_path!(), file!(), line!());
    static USUAL: Site = Site::new("large as usual", module_path!(), file!(), line!());
    let place = Place::new(400 * MIB, 0);
    let gate = gate(&place, |_| {});
    learned(gate, &SITE, MIB);
    (0..8).for_each(|_| assert!(learned(gate, &SITE, MIB) > 0));
    learned(gate, &SITE, 80 * MIB);
    (0..8).for_each(|_| assert!(learned(gate, &USUAL, 80 * MIB) > 0));
    place.set(60 * MIB, 0, 0);
    // The lesson of each second.
    let admitted = (0..500).find_map(|_| {
        std::thread::sleep(Duration::from_millis(10));
        gate.turn();
        gate.try_admit(&SITE).ok()
    });
    let permit = admitted.expect("most of its requests fit");
    assert_eq!(permit.weight_bytes(), 54 * MIB, "all that one request can get");
    assert!(gate.try_admit(&SITE).is_err(), "it runs alone");
    drop(permit);
    let refused = gate.try_admit(&USUAL).unwrap_err();
    assert_eq!(refused.reason, Reason::TooLarge, "most of its requests do not");
}

#[test]
fn a_limit_that_changes_at_run_time_counts_from_the_next_reading() {
    static SITE: Site = Site::new("limit changes", module_path!(), file!(), line!());
    let place = Place::new(100 * MIB, 0);
    let gate = gate(&place, |_| {});
    learned(gate, &SITE, 30 * MIB);
    let first: Vec<_> = (0..2).map(|_| gate.try_admit(&SITE).unwrap()).collect();
    assert!(gate.try_admit(&SITE).is_err());
    place.set(200 * MIB, 0, 0);
    gate.turn();
    let second: Vec<_> = (0..3).map(|_| gate.try_admit(&SITE).unwrap()).collect();
    place.set(100 * MIB, 0, 0);
    gate.turn();
    // What runs may finish. Nothing is admitted until less runs than fits.
    let snapshot = gate.snapshot();
    assert!(snapshot.reserved_bytes > 150 * MIB, "{snapshot:?}");
    assert_eq!(snapshot.headroom_bytes, Some(0));
    drop(first);
    assert!(gate.try_admit(&SITE).is_err());
    drop(second);
    assert!(gate.try_admit(&SITE).is_ok());
}

#[test]
fn without_a_container_the_machine_or_an_option_is_the_limit() {
    static SITE: Site = Site::new("no container", module_path!(), file!(), line!());
    let place = Place::without_group(1000 * MIB, 400 * MIB);
    let gate_of_machine = gate(&place, |_| {});
    let snapshot = gate_of_machine.snapshot();
    assert_eq!(snapshot.limit_of, LimitOf::Machine);
    assert_eq!((snapshot.limit_bytes, snapshot.kept_bytes), (Some(1000 * MIB), Some(600 * MIB)));
    assert_eq!(snapshot.budget_bytes, Some(300 * MIB));
    learned(gate_of_machine, &SITE, 200 * MIB);
    let permit = gate_of_machine.try_admit(&SITE).unwrap();
    assert!(gate_of_machine.try_admit(&SITE).is_err(), "there is a gate");
    drop(permit);

    let gate_of_options = gate(&place, |options| {
        (options.source, options.limit_bytes) = (Source::Process, Some(64 << 30));
    });
    let snapshot = gate_of_options.snapshot();
    assert_eq!((snapshot.limit_of, snapshot.limit_bytes), (LimitOf::Options, Some(64 << 30)));
    assert!(snapshot.kept_bytes > Some(MIB / 16), "this process has some: {snapshot:?}");
}

#[test]
fn the_lowest_room_of_several_limits_counts() {
    let place = Place::new(100 * MIB, 10 * MIB);
    place.write("memory.high", 80 * MIB);
    let of_high = gate(&place, |_| {}).snapshot();
    assert_eq!((of_high.limit_of, of_high.limit_bytes), (LimitOf::Container, Some(80 * MIB)));
    let of_options = gate(&place, |options| options.limit_bytes = Some(50 * MIB)).snapshot();
    assert_eq!((of_options.limit_of, of_options.kept_bytes), (LimitOf::Options, Some(10 * MIB)));
}

#[test]
fn a_reading_that_fails_leaves_the_last_budget_and_without_any_everything_fits() {
    static SITE: Site = Site::new("no reading", module_path!(), file!(), line!());
    let place = Place::new(100 * MIB, 0);
    let failing = gate(&place, |_| {});
    std::fs::remove_dir_all(place.path()).unwrap();
    failing.turn();
    let snapshot = failing.snapshot();
    assert_eq!((snapshot.failed_readings, snapshot.budget_bytes), (1, Some(90 * MIB)));
    let nothing = gate(&place, |options| options.source = Source::Function(|| None));
    learned(nothing, &SITE, 100 * MIB);
    let permits: Vec<_> = (0..100).map(|_| nothing.try_admit(&SITE).unwrap()).collect();
    let snapshot = nothing.snapshot();
    assert_eq!((snapshot.limit_of, snapshot.headroom_bytes), (LimitOf::Nothing, None));
    assert!(snapshot.reserved_bytes >= 100 * 100 * MIB);
    drop(permits);
}

#[test]
fn memory_of_running_requests_counts_once() {
    static SITE: Site = Site::new("once", module_path!(), file!(), line!());
    let place = Place::new(100 * MIB, 10 * MIB);
    let gate = gate(&place, |_| {});
    let weight = learned(gate, &SITE, 20 * MIB);
    let permits: Vec<_> = (0..3).map(|_| gate.try_admit(&SITE).unwrap()).collect();
    // Two of three have their memory by now.
    place.set(100 * MIB, 10 * MIB + 2 * weight, 0);
    gate.turn();
    let snapshot = gate.snapshot();
    assert_eq!((snapshot.base_bytes, snapshot.budget_bytes), (Some(10 * MIB), Some(80 * MIB)));
    assert_eq!(snapshot.headroom_bytes, Some(80 * MIB - 3 * weight));
    // A leak beside them: the requests cannot explain so much.
    place.set(100 * MIB, 30 * MIB + 3 * weight, 0);
    gate.turn();
    assert_eq!(gate.snapshot().base_bytes, Some(30 * MIB));
    drop(permits);
}

#[test]
fn one_request_runs_even_if_the_base_takes_all_but_the_reserve() {
    static SITE: Site = Site::new("alone", module_path!(), file!(), line!());
    let place = Place::new(100 * MIB, 0);
    let gate = gate(&place, |_| {});
    learned(gate, &SITE, 5 * MIB);
    place.set(100 * MIB, 92 * MIB, 0);
    gate.turn();
    assert_eq!(gate.snapshot().budget_bytes, Some(0));
    let permit = gate.try_admit(&SITE).unwrap();
    assert!(gate.try_admit(&SITE).is_err(), "not two");
    drop(permit);
    place.set(100 * MIB, 98 * MIB, 0);
    gate.turn();
    assert!(gate.try_admit(&SITE).is_err(), "it would not fit below the limit");
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
fn refused_clients_are_told_different_times() {
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
fn higher_priorities_and_the_order_decide_who_is_next() {
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
fn measure_mode_refuses_nobody_and_counts_who_would_have_been() {
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
fn off_reserves_nothing_and_lets_those_who_wait_go() {
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
fn while_requests_wait_the_budget_rises_by_steps_only() {
    static SITE: Site = Site::new("flaps", module_path!(), file!(), line!());
    let place = Place::new(1000 * MIB, 100 * MIB);
    let gate = gate(&place, |_| {});
    learned(gate, &SITE, 401 * MIB);
    let permit = gate.try_admit(&SITE).unwrap();
    let mut waits = gate.admit(&SITE);
    assert!((&mut waits).now_or_never().is_none());
    let budget = |kept| {
        place.set(1000 * MIB, kept, 0);
        gate.turn();
        gate.snapshot().budget_bytes.unwrap() / MIB
    };
    // Below what is kept, the base of the first reading stays.
    assert_eq!(budget(100 * MIB), 800);
    assert_eq!(budget(90 * MIB), 800, "a hundredth of the limit is too little");
    assert_eq!(budget(95 * MIB), 800);
    assert_eq!(budget(70 * MIB), 830);
    drop((permit, waits));
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
    let outer = gate.try_admit(&SITE).unwrap();
    assert!(gate.admit(&SITE).now_or_never().is_none(), "beside it");
    drop(outer);
}

#[test]
fn a_handler_without_figures_has_the_weight_of_the_options_until_one_request_has_ended() {
    static SITE: Site = Site::new("unseen", module_path!(), file!(), line!());
    let place = Place::new(100 * MIB, 0);
    let gate = gate(&place, |options| options.unseen_bytes = 50 * MIB);
    assert_eq!(gate.weight_bytes(&SITE), 0);
    let permit = gate.try_admit(&SITE).unwrap();
    assert_eq!((permit.weight_bytes(), gate.snapshot().unseen_handlers), (50 * MIB, 1));
    assert!(gate.try_admit(&SITE).is_err(), "two do not fit");
    scope(&SITE, |arena| arena.alloc_slice_fill_copy(10_000, 1_u8).len());
    drop(permit);
    let permit = gate.try_admit(&SITE).unwrap();
    assert!((10_000..20_000).contains(&permit.weight_bytes()), "{permit:?}");
    drop(permit);
    let snapshot = gate.snapshot();
    assert_eq!((snapshot.unseen_handlers, snapshot.reserved_bytes), (1, 0));
}

#[test]
fn a_weight_follows_recent_requests() {
    static SITE: Site = Site::new("recent", module_path!(), file!(), line!());
    let place = Place::new(1000 * MIB, 0);
    let gate = gate(&place, |_| {});
    let small = learned(gate, &SITE, 100_000);
    let large = learned(gate, &SITE, 4_000_000);
    assert!(small < 200_000 && (4_000_000..8_000_000).contains(&large), "{small} {large}");
    for _ in 0..40 {
        for _ in 0..100 {
            scope(&SITE, |arena| arena.alloc_slice_fill_copy(100_000, 1_u8).len());
        }
        support::learn(gate, &SITE);
    }
    let weight = gate.weight_bytes(&SITE);
    assert!(weight < 300_000, "{weight}");
}

#[test]
fn a_handler_by_name_has_the_figures_of_the_site_with_that_name() {
    static SITE: Site = Site::new("by name", module_path!(), file!(), line!());
    let place = Place::new(100 * MIB, 0);
    let gate = gate(&place, |_| {});
    let handler = gate.handler("by name");
    assert_eq!(handler, gate.handler("by name"), "the same each time");
    let permit = gate.try_admit(handler).unwrap();
    assert_eq!(permit.weight_bytes(), MIB);
    scope(&SITE, |arena| arena.alloc_slice_fill_copy(5_000_000, 1_u8).len());
    drop(permit);
    let weight = gate.weight_bytes(handler);
    assert!((5_000_000..8_400_000).contains(&weight), "{weight}");
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
    assert!(start(|options| options.unseen_bytes = 0).contains("`unseen_bytes` is 0"));
}

#[test]
fn a_function_can_be_the_source_and_gates_are_listed_by_name() {
    let name = "of a function";
    let reading = || Some(Reading { limit_bytes: 1000 * MIB, kept_bytes: 500 * MIB });
    let source = Source::Function(reading);
    let options = Options { name, source, ..Options::default() };
    Admission::without_thread(options).unwrap();
    let all = request_arena_admission::snapshots();
    let mine = all.iter().find(|snapshot| snapshot.gate == name).unwrap();
    assert_eq!((mine.limit_of, mine.budget_bytes), (LimitOf::Function, Some(400 * MIB)));
    assert_eq!((mine.mode, mine.admitted), (Mode::Measure, 0));
    let json = serde_json::to_value(mine).unwrap();
    assert_eq!((&json["mode"], &json["limit_of"]), (&"measure".into(), &"function".into()));
    assert_eq!(json["refused"]["too_large"], 0);
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
