//! The arithmetic: every byte in one class, and nothing twice.

use core::time::Duration;

use request_arena_memory::ProcessReading;

use super::*;
use crate::reading::HeapSample;
use crate::{HeapReading, Serves};

const JEMALLOC: HeapReading = HeapReading {
    live_bytes: Some(500),
    peak_bytes: None,
    active_bytes: Some(600),
    dirty_bytes: Some(100),
    muzzy_bytes: Some(50),
    metadata_bytes: Some(20),
    large_bytes: None,
    large_count: None,
};

fn known(name: &'static str, rust: bool, c: bool) -> Known {
    Known {
        name,
        serves: Serves::new(rust, c, ""),
        decay: None,
        keeps_less: None,
        keeps_longer: None,
        gives_back_at_once: None,
        delays_frees: false,
    }
}

fn reading(heaps: &[HeapReading]) -> Reading {
    let reported =
        |&figures: &HeapReading| Some(HeapSample { figures, is_live_new: true, is_new: true });
    Reading {
        at: Duration::ZERO,
        process: ProcessReading::default(),
        outside: None,
        heaps: heaps.iter().map(reported).collect(),
        has_counters: false,
        given_back_pages: None,
        arenas_in_use: 60,
        arenas_in_use_touched: 60,
        arenas_retained: 40,
        arenas_retained_touched: 40,
        requests: 0,
        scopes: Box::default(),
        metered: Box::default(),
        is_disturbed: false,
    }
}

fn maps(anonymous: u64, owned: Vec<Option<u64>>) -> Maps {
    Maps {
        rss: anonymous + 7 + 11 + 13 + 17,
        stacks: 7,
        data: 11,
        file: 13,
        shared: 17,
        anonymous,
        owned,
        ..Maps::default()
    }
}

/// The classes that are not 0, and the rest; which add up.
fn of(heaps: &[HeapReading], maps: &Maps, known: &[Known]) -> (Vec<(String, u64)>, i64, u64) {
    let account = Account::of(&reading(heaps), maps, known);
    let sum: u64 = account.classes.iter().map(|class| class.bytes).sum();
    assert_eq!(sum as i64 + account.unexplained_bytes, account.rss_bytes as i64);
    let classes = account.classes.into_iter().filter(|class| class.bytes > 0);
    (
        classes.map(|class| (class.name, class.bytes)).collect(),
        account.unexplained_bytes,
        account.untouched_bytes,
    )
}

fn bytes(classes: &[(String, u64)], name: &str) -> u64 {
    classes.iter().find(|class| class.0 == name).map_or(0, |class| class.1)
}

#[test]
fn each_class_is_there_once_and_they_add_up() {
    let (classes, unexplained, untouched) =
        of(&[JEMALLOC], &maps(770, vec![None]), &[known("jemalloc", true, true)]);
    let names: Vec<_> = classes.iter().map(|(name, bytes)| (&**name, *bytes)).collect();
    let expected = [
        ("heap live", 400),
        ("fragmentation", 100),
        ("dirty", 100),
        ("muzzy", 50),
        ("allocator metadata", 20),
        ("arenas in use", 60),
        ("arenas retained", 40),
        ("other anonymous", 11),
        ("stacks", 7),
        ("file pages", 13),
        ("shared", 17),
    ];
    assert_eq!((&names[..], unexplained, untouched), (&expected[..], 0, 0));
}

#[test]
fn what_nobody_claims_is_shown_as_unexplained() {
    let (_, unexplained, _) =
        of(&[JEMALLOC], &maps(1000, vec![None]), &[known("jemalloc", true, true)]);
    assert_eq!(unexplained, 230);
}

#[test]
fn what_is_claimed_and_not_there_was_given_back_or_never_touched() {
    let (classes, unexplained, untouched) =
        of(&[JEMALLOC], &maps(600, vec![None]), &[known("jemalloc", true, true)]);
    assert_eq!((unexplained, untouched), (0, 170));
    let gone = ["muzzy", "allocator metadata", "dirty"].map(|class| bytes(&classes, class));
    assert_eq!(gone, [0, 0, 0], "what nothing live is in is the first that is not there");
    assert_eq!((bytes(&classes, "heap live"), bytes(&classes, "fragmentation")), (400, 100));
    let (classes, ..) = of(&[JEMALLOC], &maps(710, vec![None]), &[known("jemalloc", true, true)]);
    assert_eq!((bytes(&classes, "allocator metadata"), bytes(&classes, "dirty")), (10, 100));
}

#[test]
fn untouched_room_of_arenas_is_taken_off_the_arenas_and_not_off_the_heap() {
    let heap =
        HeapReading { live_bytes: Some(1000), active_bytes: Some(1000), ..HeapReading::default() };
    let known = [known("jemalloc", true, true)];
    let mut reading = reading(&[heap]);
    (reading.arenas_in_use, reading.arenas_in_use_touched) = (300, 100);
    (reading.arenas_retained, reading.arenas_retained_touched) = (500, 100);
    let classes = |anonymous: u64| {
        let account = Account::of(&reading, &maps(anonymous, vec![None]), &known);
        ["heap live", "arenas in use", "arenas retained"].map(|class| account.bytes_of(class))
    };
    assert_eq!(classes(1000), [200, 300, 500], "all of it is there");
    assert_eq!(classes(700), [200, 200, 300], "half of the room is there");
    assert_eq!(classes(400), [200, 100, 100], "what was written is there");
    assert_eq!(classes(300), [100, 100, 100], "and then it is the heap's that is not there");
}

#[test]
fn the_heap_rises_as_the_allocators_figure_does_while_pooled_arenas_are_mostly_room() {
    let known = [known("jemalloc", true, true)];
    let live = |arenas: u64, heap: u64| {
        let allocated = Some(arenas + heap);
        let figures = HeapReading {
            live_bytes: allocated,
            active_bytes: allocated,
            ..HeapReading::default()
        };
        let mut reading = reading(&[figures]);
        (reading.arenas_in_use, reading.arenas_in_use_touched) = (0, 0);
        (reading.arenas_retained, reading.arenas_retained_touched) = (arenas, arenas / 16);
        Account::of(&reading, &maps(heap + arenas / 16, vec![None]), &known).bytes_of("heap live")
    };
    assert_eq!((live(0, 1530), live(2400, 1800)), (1530, 1800));
}

#[test]
fn live_and_freed_memory_that_is_not_counted_is_one_class_and_no_fragmentation() {
    let known = [known("mimalloc", true, false)];
    let (classes, unexplained, _) =
        of(&[HeapReading::default()], &maps(1000, vec![Some(800)]), &known);
    assert_eq!((bytes(&classes, "fragmentation"), unexplained), (0, 200));
    assert!(bytes(&classes, "unread heap") > 600, "{classes:?}");
    let pages =
        HeapReading { active_bytes: Some(500), dirty_bytes: Some(300), ..HeapReading::default() };
    let (classes, unexplained, _) = of(&[pages], &maps(1000, vec![Some(800)]), &known);
    assert_eq!((bytes(&classes, "dirty"), unexplained), (300, 200));
    assert_eq!((bytes(&classes, "fragmentation"), bytes(&classes, "heap live")), (0, 0));
}

#[test]
fn a_second_allocator_has_what_it_says_but_no_more_than_is_left() {
    let glibc =
        HeapReading { live_bytes: Some(250), active_bytes: Some(250), ..HeapReading::default() };
    let known = [known("jemalloc", true, false), known("glibc", false, true)];
    let (classes, unexplained, _) = of(&[JEMALLOC, glibc], &maps(1100, vec![None, None]), &known);
    assert_eq!((bytes(&classes, "second allocator"), unexplained), (250, 80));
    let (classes, unexplained, _) = of(&[JEMALLOC, glibc], &maps(900, vec![None, None]), &known);
    assert_eq!((bytes(&classes, "second allocator"), unexplained), (130, 0));
}

#[test]
fn an_allocator_that_tells_only_what_is_live_has_the_maps_that_are_its_own() {
    let live = HeapReading { live_bytes: Some(500), ..HeapReading::default() };
    let known = [known("mimalloc", true, false)];
    let (classes, unexplained, _) = of(&[live], &maps(1000, vec![Some(800)]), &known);
    assert_eq!((bytes(&classes, "free heap"), unexplained), (300, 200));
    assert_eq!(bytes(&classes, "fragmentation"), 0, "the pages may be wholly free");
}

#[test]
fn memory_on_huge_pages_that_jemalloc_does_not_count_is_a_class() {
    let huge = |huge| Maps { huge, huge_of_heaps: huge, heaps: 1000, ..maps(1000, vec![None]) };
    let known = [known("jemalloc", true, true)];
    let (classes, unexplained, _) = of(&[JEMALLOC], &huge(500), &known);
    assert_eq!((bytes(&classes, "huge page excess"), unexplained), (230, 0));
    let (classes, unexplained, _) = of(&[JEMALLOC], &huge(200), &known);
    assert_eq!((bytes(&classes, "huge page excess"), unexplained), (200, 30));
    let account = Account::of(&reading(&[JEMALLOC]), &huge(200), &known);
    assert_eq!(account.huge_page_bytes, 200);
    // A full heap on huge pages, and maps that the program made itself.
    let beside = Maps { heaps: 770, ..huge(500) };
    let (classes, unexplained, _) = of(&[JEMALLOC], &beside, &known);
    assert_eq!((bytes(&classes, "huge page excess"), unexplained), (0, 230));
}
