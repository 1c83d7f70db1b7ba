//! Growth beside the heap, memory that no allocator knows, files that come and go, and bursts that
//! readings miss.

use super::*;

fn at_rest(second: f64) -> Moment {
    Moment { threads: 4, beside: 0.0, ..usual(second, &mut Noise(second as u64)) }
}

#[test]
fn threads_that_never_end_are_real_growth_of_threads() {
    for kind in [Kind::Jemalloc, Kind::Mimalloc, Kind::Glibc, Kind::Unknown] {
        let findings =
            judged(kind, |second| Moment { threads: 4 + second as u64, ..at_rest(second) }, None);
        assert_eq!(said(&findings), [(Mode::RealGrowth, Some("threads"), Confidence::High)]);
        let finding = &findings[0];
        assert!((90.0..120.0).contains(&(finding.bytes.unwrap() as f64 / MIB)), "{finding:?}");
        assert!(
            finding.evidence.iter().any(|e| e.name == "threads" && e.value == 123.0),
            "{finding:?}"
        );
        assert!(finding.remedy.contains("never end"));
        let pool = judged(
            kind,
            |second| Moment { threads: if second < 5.0 { 4 } else { 100 }, ..at_rest(second) },
            None,
        );
        let stacks = [(Mode::ThreadStacks, Some("tokio-rt-worker"), Confidence::High)];
        assert_eq!(said(&pool), stacks, "a pool that was started is large, and does not grow");
    }
}

#[test]
fn shared_memory_that_climbs_is_real_growth_of_it() {
    let findings =
        judged(Kind::Jemalloc, |second| Moment { shared: second, ..at_rest(second) }, None);
    assert_eq!(said(&findings), [(Mode::RealGrowth, Some("shared memory"), Confidence::High)]);
    assert!(findings[0].remedy.contains("/dev/shm"));
    let segment =
        judged(Kind::Jemalloc, |second| Moment { shared: 200.0, ..at_rest(second) }, None);
    assert_eq!(said(&segment), []);
}

#[test]
fn what_the_other_allocator_does_not_know_is_not_its_own() {
    let findings = judged(
        Kind::Jemalloc,
        |second| Moment { maps: 100.0, beside: 10.0, ..at_rest(second) },
        None,
    );
    let expected = [(Mode::AnonymousMaps, Some("rw-p maps"), Confidence::Medium)];
    assert_eq!(said(&findings), expected);
    assert!(findings[0].remedy.contains("`mmap`") && !findings[0].remedy.contains("unprefixed"));
    assert!(evidence(&findings[0]).contains("800 of 128.0 KiB"), "{}", evidence(&findings[0]));
    let findings = judged(
        Kind::Jemalloc,
        |second| Moment { maps: 10.0, beside: 100.0, ..at_rest(second) },
        None,
    );
    assert_eq!(said(&findings), [(Mode::SecondAllocator, Some("glibc"), Confidence::High)]);
    assert!(findings[0].remedy.contains("unprefixed"));
}

#[test]
fn a_file_that_is_mapped_and_unmapped_again_and_again_is_healthy() {
    // For three of five seconds. The first reading falls in either part.
    for (end, phase) in (20..120).flat_map(|end| (0..5).map(move |phase| (end, f64::from(phase)))) {
        let at = |second: f64| Moment {
            file: if (second + phase) % 5.0 < 3.0 { 48.0 } else { 8.0 },
            ..at_rest(second)
        };
        assert_eq!(said(&judge(Kind::Jemalloc, 0..end, 0..0, at, None)), [], "after {end} s");
    }
}

#[test]
fn a_burst_between_two_readings_makes_retention_possible_alone_where_the_peak_is_not_told() {
    let at = |second: f64| Moment { dirty: 80.0, ..at_rest(second) };
    assert_eq!(
        said(&judged(Kind::Glibc, at, None)),
        [(Mode::Retention, Some("glibc"), Confidence::Low)]
    );
    assert_eq!(
        said(&judged(Kind::Glibc, at, Some(78.0))),
        [(Mode::Retention, Some("glibc"), Confidence::High)]
    );
}

#[test]
fn maps_that_the_program_makes_itself_are_found_whichever_allocator_serves_c() {
    for kind in [Kind::Jemalloc, Kind::Unprefixed, Kind::Glibc] {
        let story = |second, noise: &mut Noise, size: f64| {
            let now = usual(second, noise);
            Moment { maps: now.requests * 0.02 * size, beside: 0.0, ..now }
        };
        assert_eq!(mode_of(kind, story), Some(Mode::AnonymousMaps));
        let findings = judged(kind, |second| story(second, &mut Noise(second as u64), 1.0), None);
        let expected = [(Mode::AnonymousMaps, Some("rw-p maps"), Confidence::High)];
        assert_eq!(said(&findings), expected);
        let shown = evidence(&findings[0]);
        assert!(shown.contains("slope: 20.") && shown.contains("a request"), "{shown}");
        // A level that no figure of the program shows is a finding, too.
        let flat = |second| Moment { maps: 120.0, beside: 0.0, ..at_rest(second) };
        assert_eq!(judged(kind, flat, None)[0].mode, Mode::AnonymousMaps);
        let small = |second| Moment { maps: 6.0, beside: 0.0, ..at_rest(second) };
        assert_eq!(said(&judged(kind, small, None)), []);
        let moment = |second| {
            let maps = if second == 119.0 { 120.0 } else { 0.5 };
            Moment { maps, beside: 0.0, ..at_rest(second) }
        };
        assert_eq!(said(&judged(kind, moment, None)), [], "it is there for a moment");
    }
}

/// 2 MiB/s of something outside of RSS.
fn outside(second: f64, is_alone: bool, written: Option<f64>) -> Outside {
    let grown = (2.0 * second * MIB) as u64;
    let written = written.map(|share| (share * grown as f64) as u64);
    Outside { is_alone, written, shared: 5 << 20, sockets: 1 << 20, kernel: 8 << 20, kept: 0 }
}

#[test]
fn what_grows_in_the_container_and_in_no_rss_is_found_and_named() {
    let grown = |part: fn(&mut Outside) -> &mut u64, is_alone, written| {
        let at = |second: f64| {
            let mut outside = outside(second, is_alone, written);
            *part(&mut outside) += (2.0 * second * MIB) as u64;
            Moment { outside: Some(outside), ..at_rest(second) }
        };
        judged(Kind::Jemalloc, at, None)
    };
    type Part = fn(&mut Outside) -> &mut u64;
    let parts: [(Part, &str); 3] = [
        (|outside| &mut outside.shared, "files on tmpfs"),
        (|outside| &mut outside.sockets, "buffers of sockets"),
        (|outside| &mut outside.kernel, "kernel memory"),
    ];
    for (part, name) in parts {
        let findings = grown(part, true, None);
        assert_eq!(said(&findings), [(Mode::OutsideRss, Some(name), Confidence::High)]);
        assert!(evidence(&findings[0]).contains("2.0 MiB a second"), "{findings:?}");
        assert_eq!(said(&grown(part, false, None)), [], "another process may have made it");
        assert_eq!(said(&grown(part, false, Some(0.1))), []);
    }
    let findings = grown(|outside| &mut outside.shared, false, Some(1.1));
    let expected = [(Mode::OutsideRss, Some("files on tmpfs"), Confidence::Medium)];
    assert_eq!(said(&findings), expected, "this process has written as much");
    // Another process deletes its files again, which leaves no growth to have written.
    let deleted = |second: f64| {
        let mut outside = outside(second, false, Some(0.0));
        outside.shared = if second < 119.0 { (2.0 * second * MIB) as u64 } else { 0 };
        Moment { outside: Some(outside), ..at_rest(second) }
    };
    assert_eq!(said(&judged(Kind::Jemalloc, deleted, None)), []);
    let flat = |second| Moment { outside: Some(outside(9.0, true, None)), ..at_rest(second) };
    assert_eq!(said(&judged(Kind::Jemalloc, flat, None)), []);
}
