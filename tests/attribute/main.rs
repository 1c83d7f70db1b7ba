//! `#[request_arena]` on every shape of function: the body runs as written, has its arena, and the
//! scope counts the right outcome.

mod closures;
mod fragments;
mod future_size;
mod futures;
mod hygiene;
mod impls;
mod into;
mod limits;
mod options;
mod outcomes;
mod parsed;
mod regressions;
mod rejected;
mod results;
mod send;
mod send_option;
mod shapes;
#[path = "../support/mod.rs"]
mod support;

use request_arena::{Outcomes, report};

/// The outcomes of the site with this name.
fn outcomes(name: &str) -> Outcomes {
    report().site(name).unwrap_or_else(|| panic!("`{name}` has opened no scope")).outcomes
}

/// The number of scopes of this site that returned, failed, panicked and were cancelled.
fn counts(name: &str) -> [u64; 4] {
    let outcomes = outcomes(name);
    assert_eq!(report().site(name).map(|site| site.live_scopes), Some(0));
    [outcomes.returned, outcomes.error, outcomes.panicked, outcomes.cancelled]
}
