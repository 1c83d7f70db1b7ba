//! What a profile costs: sampling, a dump, a comparison with names. In processes of their own, and
//! `cargo test --release -p request-arena-doctor --test heap_profile_cost -- --nocapture` prints
//! it.
#![cfg(all(feature = "heap-profile", target_os = "linux"))]

use std::hint::black_box;
use std::time::Instant;

use request_arena_doctor::HeapProfile;
use request_arena_memory::jemalloc;
use tikv_jemalloc_ctl::{Access, AsName};

use self::child::{child, is_child, variables};

#[path = "../../arena-memory/tests/child/mod.rs"]
mod child;

#[global_allocator]
static JEMALLOC: jemalloc::Jemalloc = jemalloc::Jemalloc;

/// So many different call stacks: a path through a binary tree of calls for each number.
#[inline(never)]
fn descend<const DEPTH: usize>(path: usize, held: &mut Vec<Vec<u8>>) {
    match (DEPTH, path & 1) {
        (0, _) => held.push(vec![1; 64 << 10]),
        (_, 0) => left::<DEPTH>(path >> 1, held),
        _ => right::<DEPTH>(path >> 1, held),
    }
}

macro_rules! ways {
    ($($depth:literal)*) => {
        /// The next step of a path, by its depth.
        fn step(depth: usize, path: usize, held: &mut Vec<Vec<u8>>) {
            match depth {
                $($depth => descend::<$depth>(path, held),)*
                _ => descend::<0>(path, held),
            }
        }
    };
}
ways!(1 2 3 4 5 6 7 8 9 10);

#[inline(never)]
fn left<const DEPTH: usize>(path: usize, held: &mut Vec<Vec<u8>>) {
    step(DEPTH.saturating_sub(1), path, held);
    // Not the last call, so that it stays on the stack; nor what the other way does, so that they
    // stay two.
    black_box((&held, "left"));
}

#[inline(never)]
fn right<const DEPTH: usize>(path: usize, held: &mut Vec<Vec<u8>>) {
    step(DEPTH.saturating_sub(1), path, held);
    black_box((&held, "right"));
}

#[test]
fn a_profile_of_a_thousand_stacks_names_the_owner_and_keeps_little() {
    if !is_child() {
        // Each of the allocations is sampled.
        let options = "prof:true,lg_prof_sample:10";
        println!(
            "{}",
            child(
                "a_profile_of_a_thousand_stacks_names_the_owner_and_keeps_little",
                &[(variables().0, options)]
            )
        );
        return;
    }
    let mut held = Vec::new();
    (0..1024).for_each(|path| descend::<10>(path, &mut held));
    let before = HeapProfile::take().unwrap();
    (0..1024).for_each(|path| descend::<10>(path, &mut held));
    let took = |what: &str, began: Instant| {
        println!("{what}: {:.1} ms", began.elapsed().as_secs_f64() * 1e3);
    };
    let fastest = (0..5).map(|_| {
        let began = Instant::now();
        black_box(HeapProfile::take().unwrap());
        began.elapsed()
    });
    let fastest = fastest.min().unwrap();
    let now = HeapProfile::take().unwrap();
    println!("a profile of {} stacks: {:.1} ms", now.stacks(), fastest.as_secs_f64() * 1e3);
    assert!(now.stacks() >= 1000, "{}", now.stacks());
    let live = || jemalloc::read().unwrap().allocated_bytes as f64 / f64::from(1 << 20);
    let pause = || std::thread::sleep(2 * jemalloc::MAX_AGE);
    let live_before = live();
    // A thread of its own, since jemalloc counts the peak since the thread's start.
    let first = std::thread::scope(|scope| {
        let looking = scope.spawn(|| {
            black_box(now.since(&before));
            b"thread.peak.read\0".name().read().unwrap()
        });
        looking.join().unwrap()
    });
    let first: u64 = first;
    let mib = first as f64 / f64::from(1 << 20);
    println!("the first comparison: {mib:.1} MiB at most");
    assert!(first <= HeapProfile::MOST_BYTES, "{mib:.1} MiB");
    for what in ["a comparison with names", "and once more"] {
        let began = Instant::now();
        let owners = now.since(&before);
        took(what, began);
        assert!(owners.owners[0].function.ends_with("descend"), "{owners}");
    }
    pause();
    let stays = live() - live_before;
    println!("of what was read for names, {stays:.1} MiB stay");
    assert!(stays < 8.0, "{stays} MiB");
}

/// Nanoseconds of one round: a value is allocated, another freed.
fn round_nanos() -> f64 {
    const ROUNDS: usize = 1_000_000;
    let mut held: Vec<Vec<u8>> = (0..1000).map(|size| vec![1; size % 500 + 20]).collect();
    let round = |number: usize, held: &mut Vec<Vec<u8>>| {
        let place = number * 7919 % held.len();
        held[place] = black_box(Vec::with_capacity(number * 31 % 500 + 20));
    };
    let rounds = (0..7).map(|_| {
        let began = Instant::now();
        (0..ROUNDS).for_each(|number| round(number, &mut held));
        began.elapsed().as_nanos() as f64 / ROUNDS as f64
    });
    rounds.fold(f64::INFINITY, f64::min)
}

#[test]
fn says_what_a_round_takes() {
    println!("round: {:.2} ns", round_nanos());
}

#[test]
fn sampling_costs_little() {
    let with = |options: &str| {
        let said = child("says_what_a_round_takes", &[(variables().0, options)]);
        let nanos = said.lines().find_map(|line| line.split_once("round: ")).unwrap().1;
        nanos.split(' ').next().unwrap().parse::<f64>().unwrap()
    };
    let fastest = |options: &str| (0..3).map(|_| with(options)).fold(f64::INFINITY, f64::min);
    let off = fastest("prof:false");
    for options in [
        "prof:true,prof_active:false",
        "prof:true,lg_prof_sample:19",
        "prof:true,lg_prof_sample:16",
    ] {
        let on = fastest(options);
        println!(
            "{options}: {on:.2} ns an allocation and a free, {:.2} times what it is off ({off:.2} \
             ns)",
            on / off
        );
        // A disturbed machine is not what fails this.
        assert!(on < 3.0 * off, "{options}: {on} ns, off {off} ns");
    }
}
