//! A container under three times the load that fits, step by step: the kernel's figures follow what
//! the simulated requests hold. Memory stays below the limit, and most of it is used.

mod support;

use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::sync::{Mutex, PoisonError};

use futures_util::FutureExt as _;
use request_arena_admission::{Admission, Admit, Mode, Options, Permit, Reading, Source};
use request_arena_core::{Site, demand, scope};
use support::MIB;

const LIMIT: u64 = 1000 * MIB;
const BASE: u64 = 100 * MIB;

/// A request: what it will hold, after how many steps it holds all, and when it ends.
struct Running {
    permit: Permit,
    needs: u64,
    grows_for: u64,
    lasts: u64,
    age: u64,
}

impl Running {
    fn holds(&self) -> u64 {
        assert!(self.permit.weight_bytes() >= self.needs);
        self.needs * self.age.min(self.grows_for) / self.grows_for
    }
}

/// A run of the simulation, with the most memory that there was, and the mean of the used share.
struct Outcome {
    most: u64,
    used: f64,
    admitted: u64,
    gate: Admission,
}

/// Runs `steps` readings. `leak` grows by this much a step. The allocator gives memory back at
/// once, or keeps the most that there was and gives it out again.
fn simulate(site: &'static Site, kept: &'static AtomicU64, grows_for: u64, leak: u64) -> Outcome {
    // The weight of a request, and what it really needs.
    const WEIGHT: u64 = 10 * MIB;
    const NEEDS: u64 = 9 * MIB;
    demand::set_expected(site, WEIGHT);
    kept.store(BASE, Relaxed);
    let gate = gate_of(kept);
    let mut running: Vec<Running> = Vec::new();
    let mut waiting: Vec<Admit> = Vec::new();
    let (mut most, mut used, mut admitted, mut counted) = (0, 0.0, 0, 0);
    for step in 0..400_u64 {
        // Always three times as many as fit.
        while running.len() + waiting.len() < 300 {
            waiting.push(gate.admit(site).with_deadline(core::time::Duration::from_secs(3600)));
        }
        waiting.retain_mut(|admit| match admit.now_or_never() {
            None => true,
            Some(found) => {
                let permit = found.unwrap();
                // They end at different times.
                let lasts = 10 + admitted % 17;
                running.push(Running { permit, needs: NEEDS, grows_for, lasts, age: 0 });
                admitted += 1;
                false
            }
        });
        running.iter_mut().for_each(|request| request.age += 1);
        let held: u64 = running.iter().map(Running::holds).sum();
        let now = BASE + step * leak + held;
        most = most.max(now);
        if step >= 100 {
            used += running.len() as f64 * NEEDS as f64 / (LIMIT * 9 / 10 - BASE) as f64;
            counted += 1;
        }
        kept.store(now, Relaxed);
        gate.turn();
        running.retain(|request| request.age < request.lasts);
    }
    drop((running, waiting));
    Outcome { most, used: used / f64::from(counted), admitted, gate }
}

fn gate_of(kept: &'static AtomicU64) -> Admission {
    // A function has no state of its own, so each test has its static.
    let read = if core::ptr::eq(kept, &STEADY) {
        || reading(&STEADY)
    } else if core::ptr::eq(kept, &SLOW) {
        || reading(&SLOW)
    } else {
        || reading(&LEAKING)
    };
    let source = Source::Function(read);
    let options = Options { mode: Mode::Enforce, source, relieve: || {}, ..Options::default() };
    Admission::without_thread(options).unwrap()
}

static COLD: AtomicU64 = AtomicU64::new(0);
static STEADY: AtomicU64 = AtomicU64::new(0);
static SLOW: AtomicU64 = AtomicU64::new(0);
static LEAKING: AtomicU64 = AtomicU64::new(0);

fn reading(kept: &AtomicU64) -> Option<Reading> {
    Some(Reading { limit_bytes: LIMIT, kept_bytes: kept.load(Relaxed) })
}

/// A request of a burst: what it needs, and how many steps it lasts.
type Kind = (u64, u64);

/// An eleventh of the limit.
const LARGE: Kind = (90 * MIB, 10);
const SMALL: Kind = (MIB / 2, 1);

/// The most memory that there is if 300 requests of a handler without figures come at once, and how
/// many steps that takes.
fn burst(site: &'static Site, unseen_bytes: Option<u64>, kind: impl Fn(u64) -> Kind) -> (u64, u64) {
    static ALONE: Mutex<()> = Mutex::new(());
    let _alone = ALONE.lock().unwrap_or_else(PoisonError::into_inner);
    COLD.store(BASE, Relaxed);
    let source = Source::Function(|| reading(&COLD));
    let relieve = || {};
    let options =
        Options { mode: Mode::Enforce, source, relieve, unseen_bytes, ..Options::default() };
    let gate = Admission::without_thread(options).unwrap();
    let hour = core::time::Duration::from_secs(3600);
    let mut waiting: Vec<Admit> = (0..300).map(|_| gate.admit(site).with_deadline(hour)).collect();
    let mut running: Vec<(Permit, Kind, u64)> = Vec::new();
    let (mut most, mut steps, mut admitted) = (0, 0, 0);
    while !(waiting.is_empty() && running.is_empty()) {
        steps += 1;
        waiting.retain_mut(|admit| match admit.now_or_never() {
            None => true,
            Some(permit) => {
                running.push((permit.unwrap(), kind(admitted), 0));
                admitted += 1;
                false
            }
        });
        running.iter_mut().for_each(|(_, _, age)| *age += 1);
        // All of it is there after half of the time.
        let held =
            running.iter().map(|(_, (needs, lasts), age)| needs * (2 * age).min(*lasts) / lasts);
        let held: u64 = held.sum();
        most = most.max(BASE + held);
        COLD.store(BASE + held, Relaxed);
        gate.turn();
        running.retain(|(_, (needs, lasts), age)| {
            if age == lasts {
                // Its figures, without its memory.
                scope(site, |arena| {
                    let layout = core::alloc::Layout::from_size_align(*needs as usize, 8);
                    arena.bump().alloc_layout(layout.unwrap());
                });
            }
            age < lasts
        });
    }
    assert_eq!(gate.snapshot().reserved_bytes, 0);
    (most, steps)
}

#[test]
fn a_burst_of_a_handler_without_figures_stays_below_the_limit() {
    static SITE: Site = Site::new("cold", module_path!(), file!(), line!());
    static FIXED: Site = Site::new("cold, fixed", module_path!(), file!(), line!());
    let (most, _) = burst(&SITE, None, |_| LARGE);
    assert!(most <= LIMIT * 9 / 10, "{}", most / MIB);
    // The same with a guess that is too low, which shows that the burst is one.
    let (most, _) = burst(&FIXED, Some(MIB), |_| LARGE);
    assert!(most > LIMIT);
}

#[test]
fn a_burst_of_small_and_large_requests_of_one_handler_stays_below_the_limit() {
    for (place, one_of) in [(0, 2), (3, 4), (7, 8), (4, 12), (0, 50), (30, 100)] {
        let name = Box::leak(format!("mixed {place} {one_of}").into_boxed_str());
        let site = Box::leak(Box::new(Site::new(name, module_path!(), file!(), line!())));
        let kind = |n| if n % one_of == place { LARGE } else { SMALL };
        let (most, steps) = burst(site, None, kind);
        assert!(most <= LIMIT * 9 / 10, "one of {one_of}: {} MiB", most / MIB);
        // Large requests run eight at a time.
        let large = 300_u64.div_ceil(one_of);
        assert!(steps <= 40 + 2 * LARGE.1 * large.div_ceil(8), "one of {one_of}: {steps} steps");
    }
}

#[test]
fn under_overload_memory_stays_below_the_limit_and_most_of_it_is_used() {
    static SITE: Site = Site::new("steady", module_path!(), file!(), line!());
    let outcome = simulate(&SITE, &STEADY, 1, 0);
    assert!(outcome.most <= LIMIT * 9 / 10, "{}", outcome.most / MIB);
    // Each weighs a ninth more than it needs, so nine tenths are the most.
    assert!(outcome.used >= 0.85, "{}", outcome.used);
    assert_eq!(outcome.gate.snapshot().reserved_bytes, 0);
}

#[test]
fn requests_that_allocate_slowly_have_their_room_when_they_need_it() {
    static SITE: Site = Site::new("slow", module_path!(), file!(), line!());
    let outcome = simulate(&SITE, &SLOW, 10, 0);
    assert!(outcome.most <= LIMIT * 9 / 10, "{}", outcome.most / MIB);
    assert!(outcome.used >= 0.85, "{}", outcome.used);
}

#[test]
fn a_leak_beside_the_requests_closes_the_gate_before_the_limit() {
    static SITE: Site = Site::new("leaking", module_path!(), file!(), line!());
    let outcome = simulate(&SITE, &LEAKING, 1, 2 * MIB);
    assert!(outcome.most <= LIMIT, "{}", outcome.most / MIB);
    assert!(outcome.admitted > 500, "{}", outcome.admitted);
    let snapshot = outcome.gate.snapshot();
    assert_eq!(snapshot.reserved_bytes, 0);
    assert!(snapshot.base_bytes > Some(BASE + 700 * MIB), "{snapshot:?}");
}
