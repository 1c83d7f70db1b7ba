//! Experiments: having the allocators give back what they can, to see what comes back. It tells
//! retention, which does, from fragmentation, which cannot.

use std::time::Instant;

use super::probe;
use super::sampler::SamplerState;
use request_arena_memory::maps::Maps;

/// What came back.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Released {
    /// Bytes of anonymous memory that there are no longer.
    pub(super) bytes: u64,
    /// How long it took.
    pub(super) seconds: f64,
}

/// Has every allocator give back what it can, with the maps before it. `None` if none could, or
/// nobody can tell what came back.
pub(super) fn release(state: &mut SamplerState, before: &Maps) -> Option<Released> {
    let began = Instant::now();
    let tried = state.probes.iter_mut().filter_map(|probe| probe.release().then_some(())).count();
    let seconds = began.elapsed().as_secs_f64();
    let after = probe::read_maps(&state.probes)?;
    (tried > 0)
        .then(|| Released { bytes: before.anonymous.saturating_sub(after.anonymous), seconds })
}
