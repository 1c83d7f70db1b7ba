//! What is not counted: live bytes of the allocator, and requests. The doctor does not claim more
//! than the rest shows.

use super::*;

/// A burst at second 40 that is over after a second. Its pages stay, as freed ones.
fn burst(second: f64, noise: &mut Noise, size: f64) -> Moment {
    let now = usual(second, noise);
    match second - 40.0 {
        since if since < 0.0 => now,
        since if since < 1.0 => Moment { live: now.live + 350.0 * size, ..now },
        _ => Moment { dirty: now.dirty + 350.0 * size, ..now },
    }
}

#[test]
fn memory_that_rose_at_once_and_stays_may_be_live_or_free_if_live_bytes_are_not_counted() {
    assert_eq!(mode_of(Kind::Unknown, burst), Some(Mode::UnreadHeap));
    let at = |second: f64| burst(second, &mut Noise(second as u64), 1.0);
    let findings = judged(Kind::Unknown, at, None);
    assert_eq!(said(&findings), [(Mode::UnreadHeap, Some("mimalloc"), Confidence::Low)]);
    assert!((330.0..370.0).contains(&(findings[0].bytes.unwrap() as f64 / MIB)), "{findings:?}");
    assert!(
        findings[0].remedy.contains("CountingAllocator")
            && findings[0].remedy.contains("diagnose_with_purge"),
        "{}",
        findings[0].remedy
    );
}

#[test]
fn a_purge_splits_memory_that_is_not_counted() {
    let at = |second: f64| burst(second, &mut Noise(second as u64), 1.0);
    let given_back = judged(Kind::Unknown, at, Some(340.0));
    assert_eq!(said(&given_back), [(Mode::Retention, Some("mimalloc"), Confidence::Medium)]);
    let stays = judged(Kind::Unknown, at, Some(1.0));
    assert_eq!(said(&stays), [(Mode::UnreadHeap, Some("mimalloc"), Confidence::Low)]);
    assert!(!stays[0].remedy.contains("diagnose_with_purge"), "{}", stays[0].remedy);
}

#[test]
fn memory_that_is_not_counted_is_healthy_unless_it_rises_at_once_and_stays() {
    let usual_and = |live: fn(f64, f64) -> f64| {
        move |second: f64, noise: &mut Noise, size: f64| {
            let now = usual(second, noise);
            Moment { live: now.live + live(second, size), ..now }
        }
    };
    let large = usual_and(|_, size| 400.0 * size);
    assert_eq!(mode_of(Kind::Unknown, large), None, "as it was from the start");
    let loaded = usual_and(|second, size| if second < 15.0 { 0.0 } else { 400.0 * size });
    assert_eq!(mode_of(Kind::Unknown, loaded), None, "loaded at the start");
    let cache = usual_and(|second, size| 200.0 * size * (1.0 - (-second / 20.0).exp()));
    assert_eq!(mode_of(Kind::Unknown, cache), None);
    let batches = usual_and(|second, size| if second % 30.0 < 8.0 { 300.0 * size } else { 0.0 });
    assert_eq!(mode_of(Kind::Unknown, batches), None);
    let wave = usual_and(|second, size| {
        100.0 * size * (1.0 - (second / 40.0 * core::f64::consts::TAU).cos())
    });
    assert_eq!(mode_of(Kind::Unknown, wave), None);
}

#[test]
fn pages_alone_tell_kept_pages_from_pages_in_use() {
    assert_eq!(mode_of(Kind::Pages, burst), Some(Mode::Retention));
    assert_eq!(mode_of(Kind::Pages, |second, noise, _| usual(second, noise)), None);
    let at = |second: f64| burst(second, &mut Noise(second as u64), 1.0);
    let findings = judged(Kind::Pages, at, None);
    assert_eq!(said(&findings), [(Mode::Retention, Some("jemalloc"), Confidence::High)]);
    assert!(evidence(&findings[0]).contains("live bytes are not counted"), "{findings:?}");
}

#[test]
fn growth_of_pages_in_use_may_be_fragmentation_and_is_likely_at_most() {
    let story = |second: f64, noise: &mut Noise, size: f64| {
        let now = usual(second, noise);
        Moment { live: now.live + now.requests * 0.004 * size, ..now }
    };
    assert_eq!(mode_of(Kind::Pages, story), Some(Mode::RealGrowth));
    let findings = judged(Kind::Pages, |second| story(second, &mut Noise(1), 2.0), None);
    assert_eq!(findings[0].confidence, Confidence::Medium);
    let counted = judged(Kind::Jemalloc, |second| story(second, &mut Noise(1), 2.0), None);
    assert_eq!(counted[0].confidence, Confidence::High);
}

/// Growth with time. The service counts its requests or not.
fn grows(second: f64, requests: f64) -> Moment {
    let now = usual(second, &mut Noise(second as u64));
    Moment { live: now.live + second * 1.2, requests, ..now }
}

#[test]
fn growth_is_likely_at_most_if_no_request_was_ever_counted() {
    let findings = judged(Kind::Jemalloc, |second| grows(second, 0.0), None);
    assert_eq!(said(&findings), [(Mode::RealGrowth, None, Confidence::Medium)]);
    let shown = evidence(&findings[0]);
    assert!(shown.contains("no requests are counted") && !shown.contains("idle"), "{shown}");
    for words in ["`telemetry::count_requests()`", "`doctor::record_requests(1)`"] {
        assert!(findings[0].remedy.contains(words), "{}", findings[0].remedy);
    }
}

#[test]
fn growth_while_a_service_that_counts_requests_gets_none_is_certain() {
    let findings = judged(Kind::Jemalloc, |second| grows(second, 5000.0), None);
    assert_eq!(said(&findings), [(Mode::RealGrowth, None, Confidence::High)]);
    assert!(findings[0].remedy.contains("background work"), "{}", findings[0].remedy);
}
