//! The limit, the memory that counts against it, and the room that a reading leaves.

use core::time::Duration;

use crate::support::{MIB, Place, gate, learn, learned};
use futures_util::FutureExt;
use request_arena_admission::{Admission, LimitOf, Mode, Options, Reading, Source};
use request_arena_core::{Site, demand, scope};

#[test]
fn page_cache_refuses_no_request() {
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
fn a_file_of_the_container_that_is_unreadable_once_does_not_make_the_machine_the_limit() {
    type Break = fn(&Place);
    let breaks: [(&str, Break); 7] = [
        ("no descriptor for the limit", |place| place.make_unreadable("memory.max")),
        ("no descriptor for the figures", |place| place.make_unreadable("memory.stat")),
        ("no descriptor for the soft limit", |place| {
            place.write("memory.high", 1 << 40);
            place.make_unreadable("memory.high");
        }),
        ("an empty limit", |place| place.write_text("memory.max", "")),
        ("a limit of no number", |place| place.write_text("memory.max", "much\n")),
        ("empty figures", |place| place.write_text("memory.stat", "")),
        ("use of no number", |place| place.write_text("memory.current", "-1\n")),
    ];
    for (case, break_it) in breaks {
        let place = Place::new(100 * MIB, 0);
        let gate = gate(&place, |options| options.limit_bytes = Some(1 << 30));
        break_it(&place);
        gate.turn();
        let snapshot = gate.snapshot();
        assert_eq!((snapshot.failed_readings, snapshot.readings), (1, 1), "{case}");
        assert_eq!(snapshot.budget_bytes, Some(90 * MIB), "{case}");
        assert_eq!(snapshot.limit_of, LimitOf::Container, "{case}");
    }
}

#[test]
fn a_container_whose_limit_is_lifted_or_that_is_left_has_the_limit_of_the_machine() {
    let place = Place::new(100 * MIB, 0);
    let gate = gate(&place, |_| {});
    place.write_text("memory.max", "max\n");
    gate.turn();
    assert_eq!(gate.snapshot().limit_of, LimitOf::Machine);
    place.set(100 * MIB, 0, 0);
    gate.turn();
    assert_eq!(gate.snapshot().limit_of, LimitOf::Container);
    std::fs::write(place.path().join("proc/self/cgroup"), "").unwrap();
    gate.turn();
    let snapshot = gate.snapshot();
    assert_eq!((snapshot.limit_of, snapshot.failed_readings), (LimitOf::Machine, 0));
}

#[test]
fn a_container_that_never_had_figures_has_the_limit_of_the_machine() {
    let place = Place::new(100 * MIB, 0);
    std::fs::remove_file(place.path().join("sys/fs/cgroup/memory.stat")).unwrap();
    let gate = gate(&place, |_| {});
    assert_eq!(gate.snapshot().limit_of, LimitOf::Machine);
    place.set(100 * MIB, 0, 0);
    gate.turn();
    assert_eq!(gate.snapshot().limit_of, LimitOf::Container);
}

#[test]
fn the_age_of_a_reading_is_that_of_the_last_one_that_succeeded() {
    let place = Place::new(100 * MIB, 0);
    let gate = gate(&place, |_| {});
    std::thread::sleep(Duration::from_millis(20));
    place.make_unreadable("memory.stat");
    gate.turn();
    let snapshot = gate.snapshot();
    assert_eq!(snapshot.failed_readings, 1);
    assert!(snapshot.reading_age >= Duration::from_millis(20), "{snapshot:?}");
}

#[test]
fn memory_of_running_requests_counts_once() {
    static SITE: Site = Site::new("once", module_path!(), file!(), line!()).with_initial(20 << 20);
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
fn what_open_arenas_have_written_is_no_base_also_for_a_handler_by_name() {
    static SITE: Site = Site::new("writes, by name", module_path!(), file!(), line!());
    static OTHER: Site = Site::new("writes, by site", module_path!(), file!(), line!());
    let place = Place::new(1000 * MIB, 50 * MIB);
    let gate = gate(&place, |options| options.unseen_bytes = Some(MIB));
    // Before its first scope, so it stands for all sites with this name.
    for (handler, site) in [(gate.handler("writes, by name"), &SITE), (&OTHER, &OTHER)] {
        let in_scope = |check: &dyn Fn(u64)| {
            scope(site, |arena| {
                arena.alloc_slice_fill_copy(1 << 20, 1_u8);
                let mut written = 0;
                demand::visit_open(|open, bytes| {
                    written += if open == site { bytes.written } else { 0 };
                });
                check(written);
            });
        };
        in_scope(&|_| {});
        learn(gate, handler);
        let permit = gate.try_admit(handler).unwrap();
        let has_checked = core::cell::Cell::new(false);
        // The pool may give a fresh arena. Nothing of it is certainly written.
        let was_reused = (0..100).any(|_| {
            in_scope(&|written| {
                if written == 0 {
                    return;
                }
                let turn = |kept| {
                    place.set(1000 * MIB, kept, 0);
                    gate.turn();
                    gate.snapshot().base_bytes.unwrap()
                };
                // A burst beside the request, which is over now.
                assert_eq!(turn(80 * MIB), 80 * MIB - permit.weight_bytes());
                assert_eq!(turn(60 * MIB), 60 * MIB - written.min(permit.weight_bytes()));
                has_checked.set(true);
            });
            has_checked.get()
        });
        assert!(was_reused, "of 100 arenas none was reused");
        drop(permit);
        place.set(1000 * MIB, 50 * MIB, 0);
        gate.turn();
    }
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
