//! Experiments: the doctor purges, and sees how much memory comes back. Retained memory does, and
//! fragmented memory cannot.

use std::time::Instant;

use request_arena_memory::maps::Maps;

use super::probe;
use super::sampler::SamplerState;

/// The result of a purge.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Released {
    /// Bytes by which anonymous memory shrank.
    pub(super) bytes: u64,
    /// The time that it took.
    pub(super) seconds: f64,
}

/// Makes every allocator give back all that it can. `before` are the maps before the purge. `None`
/// if no allocator can, or if the result cannot be read.
pub(super) fn release(state: &mut SamplerState, before: &Maps) -> Option<Released> {
    let began = Instant::now();
    let tried = state.probes.iter_mut().filter_map(|probe| probe.release().then_some(())).count();
    let seconds = began.elapsed().as_secs_f64();
    let after = probe::read_maps(&state.probes)?;
    (tried > 0)
        .then(|| Released { bytes: before.anonymous.saturating_sub(after.anonymous), seconds })
}
