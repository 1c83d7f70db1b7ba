//! What a request of a handler weighs.

use core::time::Duration;

use crate::support::{MIB, Place, gate, is_guess, learn, learned};
use futures_util::FutureExt;
use request_arena_admission::Reason;
use request_arena_core::{Site, demand, scope};

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
    // A fiftieth of the limit is the hysteresis.
    assert_eq!(permit.weight_bytes(), 54 * MIB - 60 * MIB / 50, "all that one request can get");
    assert!(gate.try_admit(&SITE).is_err(), "it runs alone");
    drop(permit);
    let refused = gate.try_admit(&USUAL).unwrap_err();
    assert_eq!(refused.reason, Reason::TooLarge, "most of its requests do not");
}

#[test]
fn a_base_that_grows_does_not_lock_a_handler_out_that_weighs_all_there_is() {
    static SITE: Site = Site::new("outlier beside a leak", module_path!(), file!(), line!());
    let place = Place::new(400 * MIB, 0);
    let gate = gate(&place, |_| {});
    (0..9).for_each(|_| assert!(learned(gate, &SITE, MIB) > 0));
    learned(gate, &SITE, 80 * MIB);
    let turn = |kept| {
        place.set(60 * MIB, kept, 0);
        gate.turn();
    };
    // A reading each, much more often than weights are learned.
    for page in 0..200 {
        turn(10 * MIB + page * 4096);
        let permit = gate.try_admit(&SITE).expect("nothing else runs");
        assert!((40 * MIB..50 * MIB).contains(&permit.weight_bytes()), "{permit:?}");
    }
    // The base grows while it waits for another one to end.
    let permit = gate.try_admit(&SITE).unwrap();
    let mut waits = gate.admit(&SITE);
    assert!((&mut waits).now_or_never().is_none());
    turn(11 * MIB);
    drop(permit);
    drop(waits.now_or_never().expect("nothing else runs").unwrap());
    assert_eq!(gate.snapshot().reserved_bytes, 0);
}

#[test]
fn a_handler_without_figures_has_the_weight_of_the_options_until_one_request_has_ended() {
    static SITE: Site = Site::new("unseen", module_path!(), file!(), line!());
    let place = Place::new(100 * MIB, 0);
    let gate = gate(&place, |options| options.unseen_bytes = Some(50 * MIB));
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
    assert_eq!((snapshot.unseen_handlers, snapshot.reserved_bytes), (0, 0), "it has figures now");
    let [handler] = &snapshot.handlers[..] else { panic!("{snapshot:?}") };
    assert_eq!((handler.name, handler.module_path), ("unseen", module_path!()));
    assert_eq!((handler.weight_bytes, handler.is_guess), (gate.weight_bytes(&SITE), false));
}

#[test]
fn few_requests_of_an_unseen_handler_run_at_first_and_more_with_each_round() {
    static SITE: Site = Site::new("cold start", module_path!(), file!(), line!());
    static STREAM: Site = Site::new("stream", module_path!(), file!(), line!());
    let place = Place::new(1000 * MIB, 100 * MIB);
    let gate = gate(&place, |_| {});
    let mut permits: Vec<_> = (0..7).map(|_| gate.try_admit(&SITE).unwrap()).collect();
    let mut waiting: Vec<_> = (0..500).map(|_| gate.admit(&SITE)).collect();
    let stream = gate.try_admit(&STREAM).unwrap();
    assert_eq!((permits[0].weight_bytes(), gate.snapshot().unseen_handlers), (100 * MIB, 2));
    assert_eq!(gate.snapshot().headroom_bytes, Some(0));
    assert!(waiting.iter_mut().all(|wait| wait.now_or_never().is_none()));
    let mut rounds = Vec::new();
    while !permits.is_empty() {
        rounds.push(permits.len());
        for permit in permits.drain(..) {
            scope(&SITE, |arena| arena.alloc_slice_fill_copy(10_000, 1_u8).len());
            drop(permit);
        }
        waiting.retain_mut(|wait| match wait.now_or_never() {
            None => true,
            Some(admitted) => {
                permits.push(admitted.unwrap());
                false
            }
        });
    }
    assert_eq!((waiting.len(), rounds.iter().sum::<usize>()), (0, 507));
    assert!(rounds[1] == 7 && (4..12).contains(&rounds.len()), "{rounds:?}");
    drop(stream);
    assert_eq!(gate.snapshot().reserved_bytes, 0);
}

#[test]
fn a_small_request_that_ends_first_does_not_end_the_slow_start() {
    static SITE: Site = Site::new("first is small", module_path!(), file!(), line!());
    let place = Place::new(1000 * MIB, 200 * MIB);
    let gate = gate(&place, |_| {});
    let mut running: Vec<_> = (0..7).map(|_| gate.try_admit(&SITE).unwrap()).collect();
    scope(&SITE, |arena| arena.alloc_slice_fill_copy(10_000, 1_u8).len());
    drop(running.pop());
    // The others may be large.
    assert_eq!(gate.weight_bytes(&SITE), 700 * MIB / 8);
    assert_eq!(running[0].weight_bytes(), 700 * MIB / 8);
    let snapshot = gate.snapshot();
    assert_eq!((snapshot.unseen_handlers, snapshot.handlers[0].is_guess), (1, true));
    drop(running);
    assert_eq!(gate.snapshot().reserved_bytes, 0);
}

#[test]
fn a_weight_follows_recent_requests() {
    static SITE: Site = Site::new("recent", module_path!(), file!(), line!());
    let place = Place::new(1000 * MIB, 0);
    let gate = gate(&place, |options| options.unseen_bytes = Some(MIB));
    let small = learned(gate, &SITE, 100_000);
    let large = learned(gate, &SITE, 4_000_000);
    assert!(small < 200_000 && (4_000_000..8_000_000).contains(&large), "{small} {large}");
    for _ in 0..40 {
        for _ in 0..100 {
            scope(&SITE, |arena| arena.alloc_slice_fill_copy(100_000, 1_u8).len());
        }
        learn(gate, &SITE);
    }
    let weight = gate.weight_bytes(&SITE);
    assert!(weight < 300_000, "{weight}");
}

#[test]
fn the_first_request_of_a_handler_has_the_weight_of_later_ones() {
    static FREE: Site = Site::new("first chunk", module_path!(), file!(), line!());
    static LIMITED: Site =
        Site::new("first chunk, limited", module_path!(), file!(), line!()).with_limit(16 << 20);
    let place = Place::new(1000 * MIB, 0);
    let gate = gate(&place, |_| {});
    for site in [&FREE, &LIMITED] {
        let first = learned(gate, site, 4 * MIB + 9);
        // The pool learns the size after eight of them. Then a first chunk is 8 MiB, or in the
        // limited handler 4 MiB, in which the value has no room.
        let later = (0..20).map(|_| learned(gate, site, 4 * MIB + 9)).last().unwrap();
        let taken = demand::Taken::read(site).reserved.max;
        assert!(taken >= 8 * MIB - 64, "{site:?}: the pool makes other chunks: {taken}");
        assert!(first >= later && later >= taken, "{site:?}: {first} {later} {taken}");
        assert!(first <= taken + 4096, "{site:?}: not more than it needs: {first} {taken}");
    }
}

#[test]
fn a_handler_by_name_has_the_figures_of_the_site_with_that_name() {
    static SITE: Site = Site::new("by name", module_path!(), file!(), line!());
    let place = Place::new(100 * MIB, 0);
    let gate = gate(&place, |_| {});
    let handler = gate.handler("by name");
    assert_eq!(handler, gate.handler("by name"), "the same each time");
    let permit = gate.try_admit(handler).unwrap();
    assert_eq!(permit.weight_bytes(), 90 * MIB / 8);
    drop(permit);
    while is_guess(gate, handler) {
        let permit = gate.try_admit(handler).unwrap();
        scope(&SITE, |arena| arena.alloc_slice_fill_copy(5_000_000, 1_u8).len());
        drop(permit);
    }
    let weight = gate.weight_bytes(handler);
    assert!((5_000_000..8_400_000).contains(&weight), "{weight}");
    let [handler] = &gate.snapshot().handlers[..] else { panic!("one handler") };
    assert_eq!((handler.name, handler.module_path), ("by name", SITE.module_path()));
}
