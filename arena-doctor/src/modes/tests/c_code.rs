//! Memory of C code: it grows, it is live, or it is freed and kept.

use super::*;

/// C code on glibc holds `live` MiB, and `freed` MiB on whole free pages.
fn c_code(second: f64, live: f64, freed: f64) -> Moment {
    Moment { beside: live, beside_freed: freed, ..usual(second, &mut Noise(second as u64)) }
}

#[test]
fn live_memory_of_c_code_that_grows_with_requests_is_real_growth_with_a_slope() {
    let story = |second: f64, noise: &mut Noise, size: f64| {
        let now = usual(second, noise);
        Moment { beside: now.requests * 0.01 * size, ..now }
    };
    for kind in [Kind::Jemalloc, Kind::Mimalloc, Kind::Unknown] {
        assert_eq!(mode_of(kind, story), Some(Mode::RealGrowth));
    }
    let at = |second: f64| story(second, &mut Noise(second as u64), 1.0);
    let findings = judged(Kind::Jemalloc, at, None);
    assert_eq!(said(&findings), [(Mode::RealGrowth, Some("C code"), Confidence::High)]);
    let shown = evidence(&findings[0]);
    assert!(shown.contains("slope: 10.") && shown.contains("a request"), "{shown}");
    assert!(shown.contains("live in C code"), "{shown}");
    assert!(!findings[0].remedy.contains("given back"), "{}", findings[0].remedy);
}

#[test]
fn live_memory_of_c_code_that_stays_has_no_remedy_that_frees_it() {
    let findings = judged(Kind::Jemalloc, |second| c_code(second, 100.0, 5.0), None);
    assert_eq!(said(&findings), [(Mode::SecondAllocator, Some("glibc"), Confidence::High)]);
    let (shown, remedy) = (evidence(&findings[0]), &findings[0].remedy);
    assert!(shown.contains("live in C code: 100.0 MiB"), "{shown}");
    assert!(shown.contains("freed by C code: 5.0 MiB"), "{shown}");
    assert!(remedy.contains("C code holds") && !remedy.contains("malloc_trim"), "{remedy}");
}

#[test]
fn freed_memory_of_c_code_has_the_remedy_that_gives_it_back() {
    let findings = judged(Kind::Jemalloc, |second| c_code(second, 5.0, 100.0), None);
    assert_eq!(said(&findings), [(Mode::SecondAllocator, Some("glibc"), Confidence::High)]);
    assert!(findings[0].remedy.contains("malloc_trim"), "{}", findings[0].remedy);
}

#[test]
fn c_code_that_fills_a_cache_or_works_in_transactions_does_not_grow() {
    let grows =
        |findings: Vec<Finding>| findings.iter().any(|finding| finding.mode == Mode::RealGrowth);
    for seed in 1..=5 {
        let size = 0.5 + f64::from(seed) / 5.0;
        let cache =
            |second: f64| c_code(second, 100.0 * size * (1.0 - (-second / 15.0).exp()), 0.0);
        assert!(!grows(judged(Kind::Jemalloc, cache, None)), "a cache of SQLite");
        let transactions = |second: f64| {
            let dirty = if second % 20.0 < 10.0 { second % 10.0 * 8.0 * size } else { 0.0 };
            c_code(second, 20.0 + dirty, 80.0 * size - dirty)
        };
        assert!(!grows(judged(Kind::Jemalloc, transactions, None)), "transactions of LMDB");
    }
}
