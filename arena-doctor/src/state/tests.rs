//! The cost of a judgement: the processor time of its thread, with a full history and 500 handlers.
//!
//! This prints the cost:
//! `cargo test --release -p request-arena-doctor --lib judgement_of_five_weeks -- --nocapture`.

use request_arena_core::{Counts, Site, scope};

use super::*;
use crate::HeapReading;
use crate::reading::{HeapSample, Reading};

const SITES: u32 = 500;
const WEEK: u64 = 7 * 24 * 3600;

/// A tenth of the pace of one judgement a minute that takes a four-thousandth of a processor. A
/// debug build takes several times as long.
const MOST: Duration = Duration::from_millis(if cfg!(debug_assertions) { 150 } else { 15 });

/// A reading of a service without growth: a load of a day, one of three minutes, and noise. No
/// shorter look at it suffices, so a judgement looks at all weeks for each figure.
fn reading(second: u64, allocators: usize, counts: &Counts) -> Reading {
    let (at, mib) = (second as f64, f64::from(1 << 20));
    let wave = |period: f64| 1.0 - (at * core::f64::consts::TAU / period).cos();
    let noise = (second.wrapping_mul(6_364_136_223_846_793_005) >> 40) as f64 / f64::from(1 << 24);
    let live = ((400.0 + 60.0 * wave(86_400.0) + 30.0 * wave(180.0) + noise) * mib) as u64;
    let mut reading = Reading::of(
        Duration::from_secs(second),
        request_arena_memory::ProcessReading::default(),
        (0..allocators).map(|place| Some(sample(live >> (4 * place)))).collect(),
        counts,
    );
    reading.process.anonymous_bytes = live + live / 8;
    reading.process.rss_bytes = live + live / 4;
    reading.process.file_bytes = live / 8;
    reading.process.threads = 1500;
    reading.requests = (at * 300.0) as u64;
    reading.scopes.iter_mut().for_each(|scopes| *scopes = second);
    reading
}

fn sample(live: u64) -> HeapSample {
    let figures = HeapReading {
        live_bytes: Some(live),
        active_bytes: Some(live + live / 20),
        dirty_bytes: Some(live / 20),
        ..HeapReading::default()
    };
    HeapSample { figures, is_live_new: true, is_new: true }
}

#[test]
fn a_judgement_of_five_weeks_and_500_handlers_is_made_each_minute() {
    for number in 0..SITES {
        let name: &'static str = format!("judged_{number}").leak();
        let site = Box::leak(Box::new(Site::new(name, "service", "src/lib.rs", number)));
        scope(site, |arena| arena.alloc_slice_fill_copy(100, 1_u8).len());
    }
    let settle = Duration::from_secs(10);
    let sampler = Sampler::new(Vec::new(), Duration::from_secs(1));
    let state = DoctorState::new(sampler, Experiments::Never, settle);
    let counts = Counts::read();
    {
        let mut sampled = state.sampler.state();
        let allocators = sampled.known.len();
        let rust = sampled.known.iter().position(|known| known.serves.rust);
        // One in twenty minutes, then in the last day one in a minute, and at last all.
        let now = 5 * WEEK;
        let day = now - 24 * 3600;
        let weeks = (0..day).step_by(1200);
        for second in weeks.chain((day..now - 600).step_by(60)).chain(now - 600..now) {
            let reading = reading(second, allocators, &counts);
            sampled.lows.add(&reading, rust);
            sampled.history.push(reading);
        }
        assert!(sampled.lows.levels(&Maps::default(), 1500).len() > 1000);
        assert_eq!(sampled.history.fine().len(), crate::history::MOST_FINE);
        assert_eq!(sampled.history.coarse().len(), crate::history::MOST_COARSE);
    }
    // The first reads the maps and the names of the threads.
    let first = state.judge(false, Look::Seldom);
    let mut found = first.diagnosis.findings.iter();
    assert!(!found.any(|finding| finding.mode == Mode::RealGrowth), "{}", first.diagnosis);
    let mut took: Vec<_> = (0..5).map(|_| state.judge(false, Look::Seldom).took).collect();
    took.sort_unstable();
    println!("a judgement takes {:.1} ms of processor time", took[2].as_secs_f64() * 1e3);
    assert!(took[2] < MOST, "{took:?}");
}
