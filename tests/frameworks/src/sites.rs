//! Reads the report for one site, after its scopes have ended.

use core::time::Duration;
use std::time::Instant;

use request_arena::{Outcome, SiteReport, report};

/// How long a test waits for an expected condition. A loaded machine is slow.
const PATIENCE: Duration = Duration::from_secs(120);

/// The figures of the site with this name, if it has opened a scope.
#[must_use]
pub fn site(name: &str) -> Option<SiteReport> {
    report().site(name).cloned()
}

/// The number of open scopes of this site.
#[must_use]
pub fn live(name: &str) -> u64 {
    site(name).map_or(0, |site| site.live_scopes)
}

/// Waits until `condition` holds.
///
/// # Panics
///
/// If it does not hold within two minutes.
pub async fn until(what: &str, mut condition: impl FnMut() -> bool) {
    let began = Instant::now();
    while !condition() {
        assert!(began.elapsed() < PATIENCE, "waited in vain until {what}");
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
}

/// Waits until the number of ended scopes is that of `expected`. Then checks that the outcomes are
/// exactly these, that no scope is open, that each arena was used, and that each is in the pool.
///
/// # Panics
///
/// If one of the checks fails.
pub async fn ends_as(name: &str, expected: &[(Outcome, u64)]) {
    let all = expected.iter().map(|(_, count)| count).sum::<u64>();
    let ended =
        || site(name).is_some_and(|site| site.live_scopes == 0 && site.outcomes.total() >= all);
    until(&format!("{all} scopes of `{name}` have ended: {expected:?}"), ended).await;
    let site = site(name).expect("it has opened scopes");
    for outcome in Outcome::ALL {
        let count = expected
            .iter()
            .filter(|(which, _)| *which == outcome)
            .map(|(_, count)| count)
            .sum::<u64>();
        assert_eq!(site.outcomes.of(outcome), count, "`{name}` ended as {:?}", site.outcomes);
    }
    assert_eq!((site.resets, site.live_scopes), (all, 0), "`{name}`");
    assert_eq!((site.peak_used.count(), site.in_use_bytes), (all, 0), "`{name}`");
    assert!(site.peak_used.max > 0, "`{name}` used its arena");
}
