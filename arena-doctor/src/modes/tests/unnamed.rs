//! Arenas without a name in heap profiles, and memory that is no arena.

use super::*;
use crate::Owner;

/// An owner that has `live` MiB, and had `earlier`.
fn owner(function: &str, arena: Option<&str>, earlier: f64, live: f64) -> Owner {
    let bytes = |mib: f64| (mib * MIB) as u64;
    Owner {
        function: function.into(),
        arena: arena.map(str::to_owned),
        earlier_bytes: bytes(earlier),
        live_bytes: bytes(live),
        growth_bytes: ((live - earlier) * MIB) as i64,
        bytes_per_request: Some((live - earlier) * MIB / 9600.0),
        stayed_bytes: bytes(earlier.min(live)),
        file: Some("src/dependency.rs".into()),
        line: Some(7),
        ..Owner::default()
    }
}

fn owners(owners: Vec<Owner>) -> Owners {
    let sum = |of: fn(&Owner) -> u64| owners.iter().map(of).sum();
    let (earlier_bytes, live_bytes) =
        (sum(|owner| owner.earlier_bytes), sum(|owner| owner.live_bytes));
    Owners {
        seconds: 110.0,
        requests: 9600,
        earlier_bytes,
        live_bytes,
        owners,
        ..Owners::default()
    }
}

/// An arena in which each request leaves something, and that has `before` MiB when it begins: its
/// pages are touched one by one, and live heap goes by chunks.
fn arena(second: f64, before: f64) -> Moment {
    let now = usual(second, &mut Noise(second as u64));
    let used = before + now.requests * 0.006;
    let mut reserved = 1.0;
    while reserved < used {
        reserved = reserved * 2.0 + 1.0;
    }
    Moment { live: now.live + reserved, untouched: reserved - used, ..now }
}

/// Each request leaves a session.
fn sessions(second: f64) -> Moment {
    let now = usual(second, &mut Noise(second as u64));
    Moment { live: now.live + now.requests * 0.006, ..now }
}

#[test]
fn an_arena_that_took_most_of_what_came_is_named_by_who_allocates_in_it() {
    let profile = owners(vec![
        owner("index::intern", Some("bumpalo"), 3.0, 63.0),
        owner("index::log_in", None, 10.0, 30.0),
    ]);
    let findings = profiled(|second| arena(second, 0.0), Some(profile));
    assert_eq!(said(&findings), [(Mode::LongLivedArena, Some("index::intern"), Confidence::High)]);
    assert!(
        findings[0].remedy.contains("`index::intern`")
            && findings[0].remedy.contains("src/dependency.rs:7")
    );
    // Half of its last chunk is not filled, and no physical memory.
    assert!((50.0..64.0).contains(&(findings[0].bytes.unwrap() as f64 / MIB)), "{:?}", findings[0]);
}

#[test]
fn without_a_profile_chunks_that_double_are_growth_that_nobody_can_name() {
    assert_eq!(
        said(&profiled(|second| arena(second, 0.0), None)),
        [(Mode::RealGrowth, None, Confidence::Medium)]
    );
}

#[test]
fn an_old_arena_that_fills_its_last_chunk_is_named_too() {
    let at = |second: f64| arena(second, 520.0);
    let profile =
        |arena: Option<&str>| Some(owners(vec![owner("index::intern", arena, 1023.0, 1023.0)]));
    let findings = profiled(at, profile(Some("bumpalo")));
    assert_eq!(said(&findings), [(Mode::LongLivedArena, Some("index::intern"), Confidence::Low)]);
    assert_eq!(said(&profiled(at, profile(None))), [], "a buffer that is filled is what it is for");
}

#[test]
fn arenas_that_are_known_are_not_taken_for_unnamed_ones() {
    let mut profile = owners(vec![
        owner("index::search", Some("bumpalo"), 0.0, 70.0),
        owner("index::log_in", None, 0.0, 60.0),
    ]);
    profile.unplaced_bytes = (66.0 * MIB) as i64;
    let findings = profiled(sessions, Some(profile.clone()));
    assert_eq!(findings[0].mode, Mode::RealGrowth, "70 MiB of chunks, of which 66 MiB have a name");
    profile.unplaced_bytes = 0;
    assert_eq!(said(&profiled(sessions, Some(profile)))[0].1, Some("index::search"));
}

#[test]
fn real_growth_is_told_with_its_owners() {
    let profile = owners(vec![
        owner("index::log_in", None, 10.0, 70.0),
        owner("index::intern", Some("bumpalo"), 1.0, 7.0),
    ]);
    let findings = profiled(sessions, Some(profile));
    assert_eq!(findings[0].mode, Mode::RealGrowth);
    assert!(
        findings[0]
            .remedy
            .starts_with("Look at what `index::log_in` (src/dependency.rs:7) allocates")
    );
    let evidence = evidence(&findings[0]);
    assert!(
        evidence.contains("growth of what `index::log_in` allocates: 60.0 MiB (6.4 KiB a request"),
        "{evidence}"
    );
}

#[test]
fn where_the_program_has_no_symbols_no_name_is_invented() {
    let unknown = Owner { file: None, line: None, ..owner("unknown", None, 10.0, 70.0) };
    let findings = profiled(sessions, Some(owners(vec![unknown])));
    assert_eq!(findings[0].mode, Mode::RealGrowth);
    assert!(!format!("{:?}", findings[0]).contains("unknown"), "{:?}", findings[0]);
}
