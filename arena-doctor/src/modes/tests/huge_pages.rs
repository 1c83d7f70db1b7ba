//! Free memory on huge pages, and services that have huge pages and use them.

use super::*;

/// The service at rest on huge pages, which hold so much more than jemalloc uses.
fn excess(second: f64, noise: &mut Noise, excess: f64) -> Moment {
    let now = usual(second, noise);
    Moment { excess, huge: 60.0 + excess, beside: 0.5, ..now }
}

#[test]
fn memory_that_jemalloc_gave_back_and_that_is_resident_on_huge_pages_is_found() {
    let story = |second: f64, noise: &mut Noise, size: f64| excess(second, noise, 100.0 * size);
    assert_eq!(mode_of(Kind::Jemalloc, story), Some(Mode::HugePages));
    let at = |second: f64| story(second, &mut Noise(second as u64), 1.0);
    let findings = judged(Kind::Jemalloc, at, None);
    let expected = [(Mode::HugePages, Some("jemalloc"), Confidence::High)];
    assert_eq!(said(&findings), expected, "{findings:?}");
    assert_eq!(findings[0].bytes.unwrap() >> 20, 100, "{findings:?}");
    assert!(findings[0].remedy.contains("thp:never"), "{}", findings[0].remedy);
    assert!(evidence(&findings[0]).contains("AnonHugePages"), "{}", evidence(&findings[0]));
}

#[test]
fn a_heap_that_fills_its_huge_pages_is_healthy() {
    for kind in [Kind::Jemalloc, Kind::Unprefixed, Kind::Mimalloc] {
        let story = |second: f64, noise: &mut Noise, size: f64| {
            let now = usual(second, noise);
            let live = 300.0 * size;
            Moment { live, huge: live, excess: 3.0, beside: 0.0, ..now }
        };
        let story = |second: f64, noise: &mut Noise, size: f64| {
            let now = story(second, noise, size);
            // Only jemalloc's own count shows what lies beside it.
            if kind == Kind::Mimalloc { Moment { excess: 0.0, ..now } } else { now }
        };
        assert_eq!(mode_of(kind, story), None);
    }
}

#[test]
fn maps_of_the_program_beside_a_full_heap_on_huge_pages_are_no_excess() {
    let story = |second: f64, noise: &mut Noise, size: f64| {
        let now = usual(second, noise);
        let live = 300.0 * size;
        Moment { live, huge: live, maps: 200.0 * size, beside: 0.0, ..now }
    };
    assert_eq!(mode_of(Kind::Jemalloc, story), Some(Mode::AnonymousMaps));
    let findings = judged(Kind::Jemalloc, |s| story(s, &mut Noise(s as u64), 1.0), None);
    assert_eq!(findings.len(), 1, "{findings:?}");
}

#[test]
fn an_excess_that_is_soon_gone_or_small_is_healthy() {
    let short = |second: f64, noise: &mut Noise, size: f64| {
        let is_on = (95.0..108.0).contains(&second);
        let size = if is_on { 100.0 * size } else { 2.0 };
        Moment { huge: 260.0, ..excess(second, noise, size) }
    };
    assert_eq!(mode_of(Kind::Jemalloc, short), None);
    let small = |second: f64, noise: &mut Noise, size: f64| excess(second, noise, 5.0 * size);
    assert_eq!(mode_of(Kind::Jemalloc, small), None);
}

#[test]
fn on_mimalloc_free_memory_that_only_huge_pages_have_room_for_is_possible() {
    let at = |seed: u64, small: f64| {
        move |second: f64| {
            let now = usual(second, &mut Noise(seed << 32 | second as u64));
            let size = 0.5 + seed as f64 / 4.0;
            let (live, free) = (60.0 * size, 120.0 * size);
            Moment {
                live,
                fragmented: free,
                dirty: 0.0,
                beside: 0.0,
                huge: (live + free) * (1.0 - small),
                ..now
            }
        }
    };
    for seed in 1..=5 {
        let findings = judged(Kind::Mimalloc, at(seed, 0.1), None);
        let found: Vec<_> = findings.iter().map(|found| (found.mode, found.confidence)).collect();
        // Live objects between the free ones look the same, so that comes first.
        let expected = [(Mode::Fragmentation, Confidence::Low), (Mode::HugePages, Confidence::Low)];
        assert_eq!(found, expected, "{findings:?}");
        assert!(findings[1].remedy.contains("MIMALLOC_ALLOW_THP=0"), "{findings:?}");
        // The free memory has room on small pages.
        let findings = judged(Kind::Mimalloc, at(seed, 0.7), None);
        assert_eq!(findings.len(), 1, "{findings:?}");
        assert_eq!(findings[0].mode, Mode::Fragmentation);
    }
}
