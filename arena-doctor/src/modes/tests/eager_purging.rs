//! Pages that go back and come again, and services that have as many page faults for other reasons.

use super::*;

/// A service that needs 0.2 s of processor time a second, with so many page faults in it, and as
/// many pages given back. Each costs the kernel 2 us.
fn faulting(second: f64, noise: &mut Noise, a_second: f64) -> Moment {
    let faults = a_second * second;
    Moment {
        faults,
        given_back: Some(faults * 0.95),
        times: (0.2 * second, 0.02 * second + 2e-6 * faults),
        beside: 0.0,
        ..usual(second, noise)
    }
}

fn found(kind: Kind, at: impl Fn(f64) -> Moment) -> Vec<(Mode, Confidence)> {
    let findings = judged(kind, at, None);
    findings.iter().map(|finding| (finding.mode, finding.confidence)).collect()
}

#[test]
fn pages_that_jemalloc_gives_back_and_the_program_needs_again_are_found() {
    let story = |second: f64, noise: &mut Noise, size: f64| faulting(second, noise, 90e3 * size);
    assert_eq!(mode_of(Kind::Jemalloc, story), Some(Mode::EagerPurging));
    let at = |second: f64| story(second, &mut Noise(second as u64), 1.0);
    let findings = judged(Kind::Jemalloc, at, None);
    let expected = [(Mode::EagerPurging, Some("jemalloc"), Confidence::Medium)];
    assert_eq!(said(&findings), expected);
    let finding = &findings[0];
    assert_eq!((finding.bytes, finding.microseconds, finding.share), (None, None, 0.0));
    let shown = evidence(finding);
    for words in ["page faults a second: 90000", "pages given back a second: 85500", "kernel: 0.50"]
    {
        assert!(shown.contains(words), "{shown}");
    }
    assert!(!finding.to_string().contains("of RSS"), "{finding}");
}

#[test]
fn few_page_faults_are_healthy() {
    let story = |second: f64, noise: &mut Noise, size: f64| faulting(second, noise, 7e3 * size);
    assert_eq!(mode_of(Kind::Jemalloc, story), None);
}

#[test]
fn page_faults_of_a_service_that_works_hard_are_a_small_part_of_its_time() {
    let story = |second: f64, noise: &mut Noise, size: f64| Moment {
        times: (20.0 * second, 5.0 * second),
        ..faulting(second, noise, 60e3 * size)
    };
    assert_eq!(mode_of(Kind::Jemalloc, story), None);
}

#[test]
fn a_service_that_grows_or_starts_is_not_accused_of_its_page_faults() {
    let is_accused = |at: &dyn Fn(f64) -> Moment| {
        found(Kind::Unknown, at).iter().any(|(mode, _)| *mode == Mode::EagerPurging)
    };
    for seed in 1..=5_u64 {
        let size = 0.5 + seed as f64 / 4.0;
        let noise = |second: f64| Noise(seed << 32 | second as u64);
        let plain = move |second: f64| Moment {
            given_back: None,
            ..faulting(second, &mut noise(second), 90e3 * size)
        };
        assert!(is_accused(&plain), "the twin, in which memory stands still");
        let grows = |second: f64| {
            let now = plain(second);
            Moment { live: now.live + now.faults / 256.0, ..now }
        };
        assert!(!is_accused(&grows));
        // It loaded its data until fifteen seconds ago, or still does.
        assert!(!is_accused(&|second: f64| plain(second.min(104.0))));
        assert_eq!(judge(Kind::Unknown, 0..28, 0..0, plain, None), []);
    }
}

#[test]
fn a_service_that_reads_mapped_files_is_not_accused() {
    // jemalloc has given back none of the pages.
    let story = |second: f64, noise: &mut Noise, size: f64| Moment {
        given_back: Some(second * 50.0),
        ..faulting(second, noise, 90e3 * size)
    };
    assert_eq!(mode_of(Kind::Jemalloc, story), None);
    // Where that is not counted, the pages of files move.
    let story = |second: f64, noise: &mut Noise, size: f64| Moment {
        given_back: None,
        file: 40.0 + 8.0 * noise.next(),
        ..faulting(second, noise, 90e3 * size)
    };
    assert_eq!(mode_of(Kind::Mimalloc, story), None);
    assert_eq!(mode_of(Kind::Glibc, story), None);
}

#[test]
fn a_batch_now_and_then_is_no_eager_purging() {
    // Each thirty seconds it needs 600 MiB for four seconds, and gives them back.
    let story = |second: f64, noise: &mut Noise, size: f64| {
        let batches = (second / 30.0).floor() + (second % 30.0 / 4.0).min(1.0);
        let faults = batches * 150e3 * size;
        let is_on = second % 30.0 < 4.0;
        let now = faulting(second, noise, 0.0);
        let live = now.live + if is_on { 600.0 * size } else { 0.0 };
        Moment {
            live,
            faults,
            given_back: Some(faults),
            times: (0.05 * second, 2e-6 * faults),
            ..now
        }
    };
    assert_eq!(mode_of(Kind::Jemalloc, story), None);
}

#[test]
fn without_a_count_of_pages_it_is_possible_and_likely_by_the_allocators_setting() {
    let at = |second: f64| Moment {
        given_back: None,
        ..faulting(second, &mut Noise(second as u64), 90e3)
    };
    for kind in [Kind::Glibc, Kind::Mimalloc] {
        assert_eq!(found(kind, at), [(Mode::EagerPurging, Confidence::Low)]);
        let findings = set(kind, "PURGE=0", at);
        assert_eq!(findings.len(), 1, "{findings:?}");
        assert_eq!(findings[0].confidence, Confidence::Medium);
        assert!(findings[0].remedy.contains("keep pages"), "{}", findings[0].remedy);
        assert!(evidence(&findings[0]).contains("PURGE=0"), "{}", evidence(&findings[0]));
    }
    let counted = |second: f64| faulting(second, &mut Noise(second as u64), 90e3);
    let findings = set(Kind::Jemalloc, "dirty_decay_ms:0", counted);
    assert_eq!(findings[0].confidence, Confidence::High, "the count and the setting agree");
}

/// The findings where the allocator is set to give pages back at once.
fn set(kind: Kind, setting: &str, at: impl Fn(f64) -> Moment) -> Vec<Finding> {
    let mut known = known(kind);
    known[0].gives_back_at_once = Some(setting.into());
    known[0].keeps_longer = Some("keep pages".into());
    let readings: Vec<Reading> =
        (0..120).map(|second| reading(kind, f64::from(second), &at(f64::from(second)))).collect();
    let lows = lows_of(kind, readings.iter());
    judge_known(&known, &readings, &[], &lows, &at(119.0), None, None)
}
