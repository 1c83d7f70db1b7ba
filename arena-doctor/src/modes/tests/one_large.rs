//! One large vector or table, which doubles when it is full. Live heap grows in steps, and written
//! memory grows evenly.

use super::*;

/// A vector of `used` MiB.
fn vector(second: f64, noise: &mut Noise, used: f64) -> Moment {
    let now = usual(second, noise);
    let room = used.max(1.0).log2().ceil().exp2();
    Moment { live: now.live + room, untouched: room - used, ..now }
}

#[test]
fn a_vector_that_only_grows_is_real_growth_and_likely_at_most() {
    for kind in [Kind::Jemalloc, Kind::Mimalloc] {
        let story = |second: f64, noise: &mut Noise, size: f64| {
            let used = usual(second, noise).requests * 0.005 * size;
            vector(second, noise, used)
        };
        assert_eq!(mode_of(kind, story), Some(Mode::RealGrowth));
        let findings = judged(kind, |second| story(second, &mut Noise(second as u64), 1.0), None);
        assert_eq!(findings[0].confidence, Confidence::Medium);
        let shown = evidence(&findings[0]);
        assert!(shown.contains("in steps") && shown.contains("written memory"), "{shown}");
        assert!(findings[0].remedy.contains("`Vec`"), "{}", findings[0].remedy);
    }
}

#[test]
fn a_buffer_of_one_size_that_is_filled_is_what_it_is_for() {
    for kind in [Kind::Jemalloc, Kind::Mimalloc] {
        let story = |second: f64, noise: &mut Noise, size: f64| {
            let now = usual(second, noise);
            let used = now.requests * 0.005 * size;
            Moment { live: now.live + 256.0, untouched: 256.0 - used, ..now }
        };
        assert_eq!(mode_of(kind, story), None);
    }
}

#[test]
fn pages_that_are_kept_or_shared_while_live_heap_stays_are_no_growth_of_it() {
    // What is freed stays on its pages, more and more of it.
    let kept = |second: f64, noise: &mut Noise, size: f64| {
        let now = usual(second, noise);
        Moment { dirty: now.dirty + now.requests * 0.01 * size, ..now }
    };
    let fragmented = |second: f64, noise: &mut Noise, size: f64| {
        let now = usual(second, noise);
        Moment { fragmented: now.fragmented + now.requests * 0.01 * size, ..now }
    };
    for seed in 1..=20_u64 {
        let at = |story: &dyn Fn(f64, &mut Noise, f64) -> Moment, second: f64| {
            story(second, &mut Noise(seed << 32 | second as u64), 0.5 + seed as f64 / 10.0)
        };
        for story in [&kept as &dyn Fn(f64, &mut Noise, f64) -> Moment, &fragmented] {
            let findings = judged(Kind::Jemalloc, |second| at(story, second), None);
            assert!(
                findings.iter().all(|finding| finding.mode != Mode::RealGrowth),
                "{findings:?}"
            );
        }
    }
}

#[test]
fn a_hash_table_that_only_grows_is_possible_growth() {
    for kind in [Kind::Jemalloc, Kind::Mimalloc] {
        let story = |second: f64, noise: &mut Noise, size: f64| {
            let now = usual(second, noise);
            let room = (second.max(10.0) / 10.0).log2().floor().exp2() * 8.0 * size.max(1.0);
            // What it moved from is free until it decays.
            let moved = if second.log2().fract() < 0.1 { room / 2.0 } else { 0.0 };
            Moment { live: now.live + room, dirty: now.dirty + moved, ..now }
        };
        assert_eq!(mode_of(kind, story), Some(Mode::RealGrowth));
        let findings = judged(kind, |second| story(second, &mut Noise(second as u64), 1.0), None);
        assert_eq!(findings[0].confidence, Confidence::Low);
        assert!(findings[0].remedy.contains("`HashMap`"), "{}", findings[0].remedy);
    }
}
