//! A profile for other tools: pprof's format, and a flame graph. Both have the stacks that the
//! profile keeps, and their functions.

use std::collections::HashMap;

use super::pprof::{self, About, Sample};
use super::symbols::Symbols;
use super::take::Stack;
use super::{HeapProfile, HeapProfileError, sampling};
use crate::aged::Taken;

impl HeapProfile {
    /// Whether a profile can be taken now. It costs about 1 us.
    ///
    /// # Errors
    ///
    /// If jemalloc does not sample. The error says what to do.
    pub fn check() -> Result<(), HeapProfileError> {
        sampling::check()
    }

    /// The profile in pprof's format, compressed with gzip.
    ///
    /// It has the types `inuse_objects` (count) and `inuse_space` (bytes, the default), scaled to
    /// all allocations. Functions and lines are looked up here, as for a [comparison](Self::since)
    /// and within the same memory. The message and its names add about 1 KiB for each stack.
    ///
    /// Samples have the label `scope`, with the handler that allocated the memory, for memory that
    /// was allocated since jemalloc passes [its samples on](request_arena_core::heap::live). A
    /// sample of several handlers is divided in proportion to their bytes of the same call stack.
    ///
    /// ```no_run
    /// use request_arena_doctor::HeapProfile;
    ///
    /// std::fs::write("heap.pb.gz", HeapProfile::take()?.to_pprof())?;
    /// // go tool pprof -top heap.pb.gz
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn to_pprof(&self) -> Vec<u8> {
        let samples: Vec<Sample<'_>> = self.by_scope().collect();
        pprof::encode(&samples, &self.symbols_of(&samples), self.about(None))
    }

    /// The difference to an earlier profile in pprof's format. Figures of stacks that shrank are
    /// below 0. Stacks that did not change are left out. Samples have the label `scope`, as in
    /// [`to_pprof`](Self::to_pprof).
    #[must_use]
    pub fn to_pprof_since(&self, earlier: &Self) -> Vec<u8> {
        let samples = changed(self.by_scope(), earlier.by_scope());
        pprof::encode(&samples, &self.symbols_of(&samples), self.about(Some(earlier)))
    }

    /// Live bytes by call stack as a flame graph: an SVG file with a script to zoom and search. A
    /// stack begins with the handler that allocated the memory, as the label of
    /// [`to_pprof`](Self::to_pprof) has it.
    ///
    /// # Errors
    ///
    /// If the profile has no stack.
    #[cfg(feature = "flamegraph")]
    pub fn to_flamegraph(&self) -> Result<String, HeapProfileError> {
        let samples: Vec<Sample<'_>> = self.by_scope().collect();
        super::flamegraph::draw("Live heap", &samples, &self.symbols_of(&samples), self.rest.1)
    }

    /// The bytes that came since an earlier profile as a flame graph. Stacks that shrank are left
    /// out.
    ///
    /// # Errors
    ///
    /// If no stack grew.
    #[cfg(feature = "flamegraph")]
    pub fn to_flamegraph_since(&self, earlier: &Self) -> Result<String, HeapProfileError> {
        let mut samples = changed(self.by_scope(), earlier.by_scope());
        samples.retain(|sample| sample.bytes > 0);
        let title = format!("Growth of live heap in {:.0?}", self.taken() - earlier.taken());
        super::flamegraph::draw(&title, &samples, &self.symbols_of(&samples), 0)
    }

    fn samples(&self) -> impl Iterator<Item = Sample<'_>> {
        self.stacks.iter().map(Sample::live)
    }

    /// The samples, divided by the scopes that allocated the memory.
    fn by_scope(&self) -> impl Iterator<Item = Sample<'_>> {
        self.samples().flat_map(|sample| self.scopes.divide(sample))
    }

    fn symbols_of(&self, samples: &[Sample<'_>]) -> Symbols {
        let addresses = samples.iter().flat_map(|sample| sample.addresses).copied();
        Symbols::of(addresses, Self::MOST_BYTES.max(self.live_bytes() / Self::SHARE))
    }

    fn about(&self, earlier: Option<&Self>) -> About {
        let (objects, bytes) = earlier.map_or((0, 0), |earlier| earlier.rest);
        About {
            at: earlier.map_or(self.at, |earlier| earlier.at),
            lasted: earlier.map_or_else(Default::default, |it| self.taken() - it.taken()),
            interval_bytes: self.interval_bytes,
            rest: (self.rest.0 as i64 - objects as i64, self.rest.1 as i64 - bytes as i64),
        }
    }
}

/// The samples with other figures than before, and those that are gone.
fn changed<'a>(
    now: impl Iterator<Item = Sample<'a>>,
    earlier: impl Iterator<Item = Sample<'a>>,
) -> Vec<Sample<'a>> {
    let key = |sample: &Sample<'a>| (sample.addresses, sample.scope);
    let mut before: HashMap<_, _> = earlier.map(|sample| (key(&sample), sample)).collect();
    let mut changed: Vec<Sample<'a>> = now.collect();
    for sample in &mut changed {
        if let Some(before) = before.remove(&key(sample)) {
            sample.objects -= before.objects;
            sample.bytes -= before.bytes;
        }
    }
    changed.retain(|sample| (sample.objects, sample.bytes) != (0, 0));
    changed.extend(before.into_values().map(|gone| Sample {
        objects: -gone.objects,
        bytes: -gone.bytes,
        ..gone
    }));
    changed
}

impl<'a> Sample<'a> {
    fn live(stack: &'a Stack) -> Self {
        let Stack { addresses, objects, bytes } = stack;
        Self { addresses, objects: *objects as i64, bytes: *bytes as i64, scope: None }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Instant;

    use super::super::dump::{Dump, DumpedStack};
    use super::super::scopes::Scopes;
    use super::*;

    fn profile(stacks: &[(usize, u64, u64)]) -> HeapProfile {
        let stack = |&(address, objects, bytes): &(usize, u64, u64)| DumpedStack {
            addresses: [address].into(),
            objects,
            bytes,
        };
        let stacks = stacks.iter().map(stack).collect();
        let dump = Dump { interval_bytes: 1, stacks, ..Dump::default() };
        HeapProfile::of(dump, Instant::now(), &request_arena_core::report())
    }

    #[test]
    fn a_difference_has_what_changed_and_what_is_gone() {
        let earlier = profile(&[(1, 10, 1000), (2, 5, 500), (3, 7, 70)]);
        let now = profile(&[(1, 12, 1200), (2, 5, 500), (4, 1, 64)]);
        let changed = changed(now.samples(), earlier.samples());
        let figures: Vec<_> =
            changed.iter().map(|it| (it.addresses[0], it.objects, it.bytes)).collect();
        assert_eq!(figures, [(1, 2, 200), (4, 1, 64), (3, -7, -70)]);
        assert!(super::changed(now.by_scope(), now.by_scope()).is_empty());
    }

    #[test]
    fn a_difference_is_that_of_each_scope() {
        const STACK: &[usize] = &[7];
        let with = |bytes, scopes: &[(&'static str, u64)]| {
            let mut profile = profile(&[(7, 10, bytes)]);
            profile.scopes = Scopes::of([(STACK, scopes.to_vec())]);
            profile
        };
        let earlier = with(1000, &[("search", 600), ("log_in", 400)]);
        let now = with(1500, &[("search", 1100), ("import", 400)]);
        let changed = changed(now.by_scope(), earlier.by_scope());
        let figures: Vec<_> = changed.iter().map(|it| (it.scope.unwrap(), it.bytes)).collect();
        assert_eq!(figures, [("search", 500), ("import", 400), ("log_in", -400)]);
        // The picture has the stack once, by what it grew.
        let whole = super::changed(now.samples(), earlier.samples());
        assert_eq!(whole.iter().map(|it| it.bytes).collect::<Vec<_>>(), [500]);
    }
}
