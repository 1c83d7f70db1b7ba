//! Each mode, as its mechanism makes it: it is found, and named first.

use super::*;

#[test]
fn what_each_request_leaves_is_real_growth() {
    for kind in [Kind::Jemalloc, Kind::Mimalloc, Kind::Unknown] {
        let story = |second, noise: &mut Noise, size: f64| {
            let now = usual(second, noise);
            Moment { live: now.live + now.requests * 0.004 * size, ..now }
        };
        assert_eq!(mode_of(kind, story), Some(Mode::RealGrowth));
    }
}

#[test]
fn a_slow_leak_is_seen_over_the_day_and_not_over_minutes() {
    // 4 MiB an hour, under requests that hold 1 MiB more or less.
    let at = |second: f64| {
        let now = usual(second, &mut Noise(second as u64));
        Moment { live: now.live + 4.0 * second / 3600.0, ..now }
    };
    let day = 24 * 60;
    let last = day * 60;
    assert_eq!(judge(Kind::Jemalloc, last - 600..last, 0..0, at, None), []);
    let findings = judge(Kind::Jemalloc, last - 600..last, 0..day, at, None);
    assert_eq!(findings.iter().map(|finding| finding.mode).collect::<Vec<_>>(), [Mode::RealGrowth]);
}

#[test]
fn growth_with_time_is_not_growth_with_requests() {
    let grown = |by: fn(f64, &Moment) -> f64| {
        let at = |second: f64| {
            let now = usual(second, &mut Noise(second as u64));
            Moment { live: now.live + by(second, &now), ..now }
        };
        let finding = judged(Kind::Jemalloc, at, None).remove(0);
        evidence(&finding)
    };
    let (time, requests) = (grown(|second, _| second * 0.4), grown(|_, now| now.requests * 0.004));
    assert!(time.contains("a second") && time.contains("correlation with time"), "{time}");
    assert!(requests.contains("a request") && requests.contains("growth while idle"), "{requests}");
}

#[test]
fn freed_pages_that_outstay_their_decay_are_retention() {
    let story = |second: f64, noise: &mut Noise, size: f64| {
        let now = usual(second, noise);
        if second < 10.0 {
            Moment { live: 400.0 * size, ..now }
        } else {
            Moment { dirty: 400.0 * size - now.live, ..now }
        }
    };
    assert_eq!(mode_of(Kind::Jemalloc, story), Some(Mode::Retention));
}

#[test]
fn live_objects_spread_over_pages_are_fragmentation() {
    let story = |second, noise: &mut Noise, size: f64| {
        let now = usual(second, noise);
        Moment { live: now.live * size, fragmented: 80.0 * size, ..now }
    };
    assert_eq!(mode_of(Kind::Jemalloc, story), Some(Mode::Fragmentation));
}

#[test]
fn an_allocator_without_figures_is_judged_by_what_comes_back() {
    let at = |second: f64| Moment { fragmented: 150.0, ..usual(second, &mut Noise(second as u64)) };
    let modes = |released| {
        judged(Kind::Mimalloc, at, Some(released)).iter().map(|f| f.mode).collect::<Vec<_>>()
    };
    assert_eq!(modes(140.0), [Mode::Retention]);
    assert_eq!(modes(1.0), [Mode::Fragmentation]);
}

#[test]
fn without_figures_free_memory_is_kept_without_live_neighbours_and_fragmented_with_them() {
    // A batch is live for ten seconds, and a part of it stays. There is no purge.
    let batch = |second: f64, noise: &mut Noise, size: f64, stays: f64| {
        let now = usual(second, noise);
        let live = 200.0 * size;
        match second - 30.0 {
            since if since < 0.0 => now,
            since if since < 10.0 => Moment { live: now.live + live, ..now },
            _ => Moment { live: now.live + stays * live, fragmented: (1.0 - stays) * live, ..now },
        }
    };
    let nothing = |second, noise: &mut Noise, size| batch(second, noise, size, 0.0);
    let a_tenth = |second, noise: &mut Noise, size| batch(second, noise, size, 0.1);
    assert_eq!(mode_of(Kind::Mimalloc, nothing), Some(Mode::Retention));
    assert_eq!(mode_of(Kind::Mimalloc, a_tenth), Some(Mode::Fragmentation));
    // Only a purge shows that the pages are not wholly free.
    let at = |second: f64| a_tenth(second, &mut Noise(second as u64), 1.0);
    let of = |released| judged(Kind::Mimalloc, at, released).remove(0);
    let (before, after) = (of(None), of(Some(0.0)));
    assert_eq!((before.confidence, after.confidence), (Confidence::Low, Confidence::High));
    assert!(evidence(&before).contains("free, whole pages or not"), "{before}");
    assert!(before.remedy.contains("`diagnose_with_purge()`"), "{before}");
    assert!(evidence(&after).contains("free within pages in use"), "{after}");
}

#[test]
fn a_named_arena_that_requests_leave_something_in_is_long_lived_and_is_named() {
    let story = |second, noise: &mut Noise, size: f64| {
        let now = usual(second, noise);
        let used = now.requests * 0.004 * size;
        let reserved = used.max(1.0).log2().ceil().exp2();
        Moment { arena: Some((used, used, reserved, 0)), live: now.live + reserved, ..now }
    };
    assert_eq!(mode_of(Kind::Jemalloc, story), Some(Mode::LongLivedArena));
    let finding =
        judged(Kind::Jemalloc, |second| story(second, &mut Noise(1), 1.0), None).remove(0);
    assert_eq!((finding.subject.as_deref(), finding.confidence), (Some("index"), Confidence::High));
}

#[test]
fn heap_that_grows_with_the_work_of_a_flat_arena_is_owned_by_values_that_are_never_dropped() {
    let story = |second, noise: &mut Noise, size: f64, undropped: bool| {
        let now = usual(second, noise);
        Moment {
            live: now.live + now.requests * 0.005 * size,
            arena: Some((0.1, 1.0, 2.0, now.requests as u64)),
            undropped: if undropped { now.requests as u64 } else { 0 },
            ..now
        }
    };
    for undropped in [false, true] {
        let growing = |second, noise: &mut Noise, size| story(second, noise, size, undropped);
        assert_eq!(mode_of(Kind::Jemalloc, growing), Some(Mode::DropInArena));
    }
}

#[test]
fn a_chunk_of_one_large_request_is_a_ratchet_unless_it_is_filled_from_time_to_time() {
    let story = |second: f64, noise: &mut Noise, size: f64, every: f64| {
        let now = usual(second, noise);
        let is_large = second >= 20.0 && (second - 20.0) % every < 1.0;
        let peak = if is_large { 40.0 * size } else { 0.2 };
        let reserved = if second >= 20.0 { 64.0 * size } else { 0.5 };
        Moment {
            arena: Some((0.1, peak, reserved, now.requests as u64)),
            live: now.live + reserved,
            ..now
        }
    };
    assert_eq!(
        mode_of(Kind::Jemalloc, |second, noise, size| story(second, noise, size, 1e9)),
        Some(Mode::ResetRatchet)
    );
    assert_eq!(
        mode_of(Kind::Jemalloc, |second, noise, size| story(second, noise, size, 30.0)),
        None
    );
}

#[test]
fn memory_beside_rusts_allocator_is_a_second_one() {
    let story = |second, noise: &mut Noise, size: f64| Moment {
        beside: 60.0 * size,
        ..usual(second, noise)
    };
    assert_eq!(mode_of(Kind::Jemalloc, story), Some(Mode::SecondAllocator));
    // A transaction that is over.
    let once = |second: f64, noise: &mut Noise, size: f64| Moment {
        beside: if second == 119.0 { 60.0 * size } else { 0.5 },
        ..usual(second, noise)
    };
    assert_eq!(mode_of(Kind::Jemalloc, once), None);
}

#[test]
fn file_pages_are_a_finding_while_they_climb_and_a_file_that_was_read_is_healthy() {
    let story = |second: f64, noise: &mut Noise, size: f64, seconds: f64| Moment {
        file: 8.0 + 256.0 * size * (second / seconds).min(1.0),
        ..usual(second, noise)
    };
    let climbing = |second, noise: &mut Noise, size| story(second, noise, size, 150.0);
    let read = |second, noise: &mut Noise, size| story(second, noise, size, 40.0);
    assert_eq!(mode_of(Kind::Jemalloc, climbing), Some(Mode::PageCache));
    assert_eq!(mode_of(Kind::Jemalloc, read), None);
}

#[test]
fn a_finding_that_grows_has_its_slope_in_bytes_a_second_and_another_has_none() {
    let growing = |second: f64| {
        let now = usual(second, &mut Noise(second as u64));
        Moment { live: now.live + 0.5 * second, ..now }
    };
    let finding = judged(Kind::Jemalloc, growing, None).remove(0);
    assert_eq!(finding.mode, Mode::RealGrowth);
    let slope = finding.slope.unwrap() / MIB;
    assert!((0.45..0.55).contains(&slope), "{slope} MiB/s, {finding}");

    let fragmented =
        |second: f64| Moment { fragmented: 150.0, ..usual(second, &mut Noise(second as u64)) };
    let finding = judged(Kind::Jemalloc, fragmented, None).remove(0);
    assert_eq!((finding.mode, finding.slope), (Mode::Fragmentation, None));
}
