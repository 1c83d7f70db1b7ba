//! Healthy arenas next to the leak of another: they are not the cause. And growth that is too small
//! to explain.

use super::*;

/// A leak by requests, and what an arena does meanwhile: how often it was emptied, and the values
/// that it forgot.
fn leak(second: f64, noise: &mut Noise, size: f64, resets: f64, undropped: f64) -> Moment {
    let now = usual(second, noise);
    let arena = Some((0.1, 1.0, 2.0, resets as u64));
    Moment {
        live: now.live + now.requests * 0.005 * size,
        arena,
        undropped: undropped as u64,
        ..now
    }
}

#[test]
fn an_arena_that_works_as_much_whether_or_not_the_heap_grows_is_not_to_blame() {
    // A timer's scratch arena, twenty times a second.
    let scratch =
        |second: f64, noise: &mut Noise, size: f64| leak(second, noise, size, second * 20.0, 0.0);
    assert_eq!(mode_of(Kind::Jemalloc, scratch), Some(Mode::RealGrowth));
    // And one that forgets a value each time.
    let forgets =
        |second: f64, noise: &mut Noise, size: f64| leak(second, noise, size, 0.0, second * 20.0);
    assert_eq!(mode_of(Kind::Jemalloc, forgets), Some(Mode::RealGrowth));
    let findings =
        judged(Kind::Jemalloc, |second| forgets(second, &mut Noise(second as u64), 1.0), None);
    let shown = evidence(&findings[0]);
    assert!(shown.contains("values forgotten without their `Drop`: 2380 (in `index`)"), "{shown}");
}

#[test]
fn a_few_small_values_that_were_forgotten_are_not_what_has_grown() {
    // One in a thousand requests: five MiB for each, and more.
    let story = |second: f64, noise: &mut Noise, size: f64| {
        let requests = usual(second, &mut Noise(0)).requests;
        leak(second, noise, size, 0.0, requests / 1000.0)
    };
    assert_eq!(mode_of(Kind::Jemalloc, story), Some(Mode::RealGrowth));
}

#[test]
fn the_profile_of_the_heap_is_trusted_more_than_an_arena_that_is_emptied() {
    let at = |second: f64| {
        let requests = usual(second, &mut Noise(0)).requests;
        leak(second, &mut Noise(second as u64), 1.0, requests, 0.0)
    };
    assert_eq!(profiled(at, None)[0].mode, Mode::DropInArena);
    let owner = Owner {
        function: "index::log_in".into(),
        growth_bytes: 40 << 20,
        live_bytes: 50 << 20,
        ..Default::default()
    };
    let owners =
        Owners { seconds: 100.0, requests: 9000, owners: vec![owner], ..Owners::default() };
    let findings = profiled(at, Some(owners));
    assert_eq!(findings[0].mode, Mode::RealGrowth);
    assert!(findings[0].remedy.contains("`index::log_in`"), "{}", findings[0].remedy);
}

#[test]
fn a_handler_with_a_raw_bump_is_to_blame_if_no_other_explains_the_growth_better() {
    // Both are idle at the same times, and called more or less often by themselves: what grows is
    // of one.
    let at = |second: f64, guilty: usize, arena: bool| {
        let now = usual(second, &mut Noise(second as u64));
        let scopes = [0.7, 1.3].map(|phase| {
            now.requests / 2.0 + 150.0 * (second / 9.0 * phase).sin() * phase + 1000.0
        });
        let live = now.live + scopes[guilty] * 0.01;
        let arena = arena.then_some((0.1, 1.0, 2.0, scopes[0] as u64));
        Moment { live, scopes: Some(scopes), arena, undropped: scopes[0] as u64, ..now }
    };
    let said = |guilty, arena| {
        let finding = judged(Kind::Jemalloc, |second| at(second, guilty, arena), None).remove(0);
        (finding.mode, finding.subject)
    };
    assert_eq!(said(0, false), (Mode::DropInArena, Some("raw".to_owned())));
    assert_eq!(said(1, false), (Mode::RealGrowth, Some("plain".to_owned())));
    assert_eq!(said(0, true), (Mode::DropInArena, Some("index".to_owned())));
    assert_eq!(said(1, true), (Mode::RealGrowth, Some("plain".to_owned())));
}

#[test]
fn less_than_16_mib_or_a_tenth_is_no_finding() {
    let story = |second: f64, noise: &mut Noise, leaks: f64, rests: f64| {
        let now = usual(second, noise);
        let used = now.requests * leaks;
        (Moment { live: now.live + rests + used, ..now }, used)
    };
    let named = |kind, leaks: f64, rests: f64, forgets: bool| {
        let at = |second: f64| {
            let (now, used) = story(second, &mut Noise(second as u64), leaks, rests);
            let arena = if forgets { (0.1, 1.0, 2.0, 0) } else { (used, used, used, 0) };
            Moment {
                arena: Some(arena),
                undropped: if forgets { now.requests as u64 } else { 0 },
                ..now
            }
        };
        judged(kind, at, None).first().map(|finding| finding.mode)
    };
    let plain = |leaks: f64, rests: f64| {
        let at = |second: f64| story(second, &mut Noise(second as u64), leaks, rests).0;
        judged(Kind::Jemalloc, at, None).first().map(|finding| finding.mode)
    };
    // 9600 requests: 14 MiB in all, and 48 MiB beside a gigabyte.
    for (leaks, rests) in [(0.0015, 0.0), (0.005, 1000.0)] {
        assert_eq!(plain(leaks, rests), None);
        assert_eq!(named(Kind::Jemalloc, leaks, rests, true), None);
        assert_eq!(named(Kind::Jemalloc, leaks, rests, false), None);
    }
    assert_eq!(plain(0.005, 0.0), Some(Mode::RealGrowth));
    assert_eq!(named(Kind::Jemalloc, 0.005, 0.0, true), Some(Mode::DropInArena));
    assert_eq!(named(Kind::Jemalloc, 0.005, 0.0, false), Some(Mode::LongLivedArena));
}

#[test]
fn growth_is_certain_only_after_four_times_the_time_to_settle() {
    let at = |second: f64| leak(second, &mut Noise(second as u64), 2.0, 0.0, 0.0);
    let confidence = |seconds: u32| {
        let finding = judge(Kind::Jemalloc, 0..seconds, 0..0, at, None).remove(0);
        assert_eq!(finding.mode, Mode::RealGrowth);
        finding.confidence
    };
    // Forty of each fifty seconds are busy. The idle ones show that it grows by requests.
    assert_eq!(confidence(50), Confidence::Medium);
    let steep = |second: f64| leak(second, &mut Noise(second as u64), 8.0, 0.0, 0.0);
    assert_eq!(
        judge(Kind::Jemalloc, 30..42, 0..0, steep, None),
        [],
        "what is busy for less than the time to settle"
    );
    assert_eq!(confidence(100), Confidence::High);
}
