//! Large, flat and wasted: capacity that a burst left, stacks of many threads, and buffers that
//! short slices keep. And services that look like it and are healthy.

use super::*;

/// The memory of another allocator: glibc serves C, too.
fn beside(kind: Kind) -> f64 {
    if kind == Kind::Glibc { 0.0 } else { 0.5 }
}

/// A burst of five seconds after `start`: 0 before it, 1 during it, 2 after it.
fn phase(second: f64, start: f64) -> u8 {
    match second - start {
        since if since < 0.0 => 0,
        since if since < 5.0 => 1,
        _ => 2,
    }
}

/// A service with 20 large blocks of 5 MiB in all. A burst adds `live` MiB, and then leaves `left`
/// MiB in `blocks` more blocks.
fn burst(second: f64, noise: &mut Noise, start: f64, live: f64, left: f64, blocks: u64) -> Moment {
    let now = usual(second, noise);
    match phase(second, start) {
        0 => Moment { large: Some((5.0, 20)), ..now },
        1 => Moment { live: now.live + live, large: Some((5.0 + left, 20 + blocks)), ..now },
        _ => Moment { live: now.live + left, large: Some((5.0 + left, 20 + blocks)), ..now },
    }
}

#[test]
fn a_queue_that_keeps_the_capacity_of_its_worst_moment_is_found() {
    for kind in [Kind::Jemalloc, Kind::Glibc] {
        let story = |second: f64, noise: &mut Noise, size: f64| {
            let now = burst(second, noise, 40.0, 300.0 * size, 128.0 * size, 1);
            Moment { beside: beside(kind), ..now }
        };
        assert_eq!(mode_of(kind, story), Some(Mode::KeptCapacity));
        let at = |second: f64| story(second, &mut Noise(second as u64), 1.0);
        let findings = judged(kind, at, None);
        assert_eq!(said(&findings), [(Mode::KeptCapacity, None, Confidence::Medium)]);
        assert!((120..=136).contains(&(findings[0].bytes.unwrap() >> 20)), "{findings:?}");
        assert!(findings[0].remedy.contains("`shrink_to`"), "{}", findings[0].remedy);
    }
}

#[test]
fn a_queue_that_fills_up_over_some_seconds_is_found_wherever_readings_fall() {
    // Readings at a quarter, a third, a half of what stays.
    for seconds in [3.0, 5.0, 7.0, 11.0, 13.0] {
        let at = |second: f64| {
            let noise = &mut Noise(second as u64);
            let filled = ((second - 40.0) / seconds).clamp(0.0, 1.0);
            let over = second >= 42.0 + seconds;
            let now = burst(second, noise, 40.0, 0.0, 0.0, 1);
            let kept = 128.0 * filled;
            let bodies = if over { 0.0 } else { 60.0 * filled };
            // Freed pages count at first that were never written.
            let is_just_over = (0.0..8.0).contains(&(second - 42.0 - seconds));
            Moment {
                live: now.live + kept + bodies,
                dirty: now.dirty + if is_just_over { 80.0 } else { 0.0 },
                untouched: if is_just_over { 60.0 } else { 0.0 },
                large: Some((5.0 + kept, 21)),
                ..now
            }
        };
        let findings = judged(Kind::Jemalloc, at, None);
        assert_eq!(said(&findings), [(Mode::KeptCapacity, None, Confidence::Medium)], "{seconds}");
    }
}

#[test]
fn a_table_that_a_burst_filled_and_that_may_be_empty_now_is_possible() {
    // Its elements are within the block, so nothing falls when they go.
    let story = |second: f64, noise: &mut Noise, size: f64| {
        burst(second, noise, 40.0, 274.0 * size, 274.0 * size, 1)
    };
    assert_eq!(mode_of(Kind::Jemalloc, story), Some(Mode::KeptCapacity));
    let at = |second: f64| story(second, &mut Noise(second as u64), 1.0);
    assert_eq!(judged(Kind::Jemalloc, at, None)[0].confidence, Confidence::Low);
}

#[test]
fn capacity_that_is_kept_since_hours_is_seen_over_the_day() {
    let at = |second: f64| burst(second, &mut Noise(second as u64), 3600.0, 300.0, 128.0, 1);
    let last = 4 * 3600;
    let findings = judge(Kind::Jemalloc, last - 600..last, 0..4 * 60, at, None);
    assert_eq!(said(&findings)[0].0, Mode::KeptCapacity, "{findings:?}");
}

#[test]
fn the_heap_profile_names_the_collection_that_keeps_its_capacity() {
    let at = |second: f64| burst(second, &mut Noise(second as u64), 40.0, 300.0, 128.0, 1);
    let queue = Owner {
        function: "service::queue::push".into(),
        live_bytes: 128 << 20,
        container: Some(Container::List),
        ..Owner::default()
    };
    let findings = profiled(at, Some(Owners { owners: vec![queue], ..Owners::default() }));
    assert_eq!(findings[0].subject.as_deref(), Some("service::queue::push"));
    assert!(findings[0].remedy.contains("the collection that `service::queue::push` fills"));
}

#[test]
fn sessions_that_a_burst_opens_are_no_kept_capacity() {
    // As much memory in many small blocks.
    let story = |second: f64, noise: &mut Noise, size: f64| {
        burst(second, noise, 40.0, 300.0 * size, 128.0 * size, 4000)
    };
    assert_eq!(mode_of(Kind::Jemalloc, story), None);
}

#[test]
fn a_table_that_is_built_before_the_first_request_is_healthy() {
    let story = |second: f64, noise: &mut Noise, size: f64| {
        let now = burst(second, noise, 40.0, 300.0 * size, 128.0 * size, 1);
        Moment { requests: usual((second - 46.0).max(0.0), noise).requests, ..now }
    };
    assert_eq!(mode_of(Kind::Jemalloc, story), None);
}

#[test]
fn a_burst_that_leaves_nothing_or_that_is_not_over_for_long_is_healthy() {
    let leaves_nothing = |second: f64, noise: &mut Noise, size: f64| {
        burst(second, noise, 40.0, 300.0 * size, 0.0, 0)
    };
    assert_eq!(mode_of(Kind::Jemalloc, leaves_nothing), None);
    let just_over = |second: f64, noise: &mut Noise, size: f64| {
        burst(second, noise, 105.0, 300.0 * size, 128.0 * size, 1)
    };
    assert_eq!(mode_of(Kind::Jemalloc, just_over), None);
}

#[test]
fn a_large_vector_that_is_made_and_freed_again_and_again_is_healthy() {
    for period in [8.0, 12.0, 16.0, 30.0] {
        let story = |second: f64, noise: &mut Noise, size: f64| {
            let now = usual(second, noise);
            let is_on = second % period < period / 2.0;
            let batch = if is_on { 128.0 * size } else { 0.0 };
            Moment {
                live: now.live + batch,
                dirty: now.dirty + 128.0 * size - batch,
                large: Some((5.0 + batch, 20 + u64::from(is_on))),
                ..now
            }
        };
        assert_eq!(mode_of(Kind::Jemalloc, story), None, "every {period} s");
    }
}

#[test]
fn stacks_of_a_large_blocking_pool_are_found() {
    // Each has 1 MiB of stack.
    let on = |kind: Kind, second: f64, noise: &mut Noise, size: f64| {
        let now = usual(second, noise);
        Moment { threads: (200.0 * size) as u64, beside: beside(kind), ..now }
    };
    for kind in [Kind::Jemalloc, Kind::Glibc, Kind::Unknown] {
        let story = |second: f64, noise: &mut Noise, size: f64| on(kind, second, noise, size);
        assert_eq!(mode_of(kind, story), Some(Mode::ThreadStacks));
    }
    let findings =
        judged(Kind::Jemalloc, |second| on(Kind::Jemalloc, second, &mut Noise(1), 1.0), None);
    assert_eq!(said(&findings), [(Mode::ThreadStacks, Some("tokio-rt-worker"), Confidence::High)]);
    assert!(findings[0].remedy.contains("max_blocking_threads"), "{}", findings[0].remedy);
}

#[test]
fn a_usual_number_of_threads_is_healthy_and_a_pool_that_is_soon_gone_too() {
    let few = |second: f64, noise: &mut Noise, size: f64| Moment {
        threads: (24.0 * size) as u64,
        ..usual(second, noise)
    };
    assert_eq!(mode_of(Kind::Jemalloc, few), None);
    let short = |second: f64, noise: &mut Noise, size: f64| {
        let is_on = (100.0..112.0).contains(&second);
        Moment { threads: if is_on { (200.0 * size) as u64 } else { 8 }, ..usual(second, noise) }
    };
    assert_eq!(mode_of(Kind::Jemalloc, short), None);
}

/// Each request leaves a buffer of 64 KiB with so much written.
fn buffers(second: f64, noise: &mut Noise, size: f64, written: f64) -> Moment {
    let now = usual(second, noise);
    let count = now.requests * 0.2 * size;
    let mib = count / 16.0;
    Moment {
        live: now.live + mib,
        untouched: mib * (1.0 - written),
        large: Some((5.0 + mib, 20 + count as u64)),
        ..now
    }
}

#[test]
fn slices_that_keep_their_buffers_are_found_and_copying_is_the_remedy() {
    for kind in [Kind::Jemalloc, Kind::Glibc] {
        let story = |second: f64, noise: &mut Noise, size: f64| Moment {
            beside: beside(kind),
            ..buffers(second, noise, size, 1.0 / 16.0)
        };
        assert_eq!(mode_of(kind, story), Some(Mode::PinnedBuffers));
        let at = |second: f64| story(second, &mut Noise(second as u64), 1.0);
        let findings = judged(kind, at, None);
        assert_eq!(findings.len(), 1, "{findings:?}");
        assert!(findings[0].remedy.contains("copy_from_slice"), "{}", findings[0].remedy);
        assert!(evidence(&findings[0]).contains("of it never written"));
    }
}

#[test]
fn buffers_that_are_full_are_real_growth() {
    let story = |second: f64, noise: &mut Noise, size: f64| buffers(second, noise, size, 1.0);
    assert_eq!(mode_of(Kind::Jemalloc, story), Some(Mode::RealGrowth));
}

#[test]
fn the_heap_profile_shows_buffers_also_if_they_are_written() {
    let at = |second: f64| buffers(second, &mut Noise(second as u64), 1.0, 1.0);
    let owner = Owner {
        function: "service::read".into(),
        live_bytes: 100 << 20,
        growth_bytes: 100 << 20,
        container: Some(Container::Buffers),
        ..Owner::default()
    };
    let owners = Owners { owners: vec![owner], live_bytes: 120 << 20, ..Owners::default() };
    let findings = profiled(at, Some(owners));
    assert_eq!(
        (findings[0].mode, findings[0].subject.as_deref()),
        (Mode::PinnedBuffers, Some("service::read"))
    );
}

#[test]
fn one_large_vector_with_room_to_spare_is_no_buffer_of_a_slice() {
    let story = |second: f64, noise: &mut Noise, _: f64| {
        let now = usual(second, noise);
        let room = (second.max(10.0) / 10.0).log2().floor().exp2() * 16.0;
        Moment {
            live: now.live + room,
            untouched: room / 2.0,
            large: Some((5.0 + room, 21)),
            ..now
        }
    };
    for seed in 1..=5 {
        let at = |second: f64| story(second, &mut Noise(seed << 32 | second as u64), 1.0);
        let findings = judged(Kind::Jemalloc, at, None);
        let is_wasted =
            |found: &Finding| matches!(found.mode, Mode::PinnedBuffers | Mode::KeptCapacity);
        assert!(!findings.iter().any(is_wasted), "{findings:?}");
    }
}

#[test]
fn a_table_that_doubles_again_and_again_is_growth_and_no_kept_capacity() {
    let story = |second: f64, noise: &mut Noise, size: f64| {
        let now = usual(second, noise);
        let room = (second.max(10.0) / 10.0).log2().floor().exp2() * 16.0 * size.max(1.0);
        Moment { live: now.live + room, large: Some((5.0 + room, 21)), ..now }
    };
    assert_eq!(mode_of(Kind::Jemalloc, story), Some(Mode::RealGrowth));
    let findings = judged(Kind::Jemalloc, |second| story(second, &mut Noise(1), 1.0), None);
    assert_eq!(findings.len(), 1, "{findings:?}");
}
