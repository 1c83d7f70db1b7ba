//! The scopes that allocated the memory of a call stack, for the label `scope` of pprof's samples.
//!
//! jemalloc's profile has no scopes. The samples of the live heap by handler have the same call
//! stacks, so they show how the memory of a stack is divided.

use std::collections::HashMap;

use request_arena_core::heap::live;
use request_arena_memory::jemalloc;

use super::pprof::Sample;

/// Scopes by their names, and their bytes.
type Bytes = Vec<(&'static str, u64)>;

/// Scopes and their bytes, by call stack.
#[derive(Clone, Debug, Default)]
pub(super) struct Scopes(HashMap<&'static [usize], Bytes>);

impl Scopes {
    /// Those of the memory that is live now. Empty if the allocator passes no samples on.
    pub(super) fn now() -> Self {
        let Some(by_stack) = live::by_stack() else { return Self::default() };
        let stacks = jemalloc::live_stacks();
        let mut scopes: HashMap<_, Vec<_>> = HashMap::new();
        for row in by_stack.owners {
            let stack = (row.stack as usize).checked_sub(1).and_then(|place| stacks.get(place));
            if let Some(stack) = stack.filter(|_| row.live.bytes > 0) {
                add(scopes.entry(*stack).or_default(), row.owner.name(), row.live.bytes);
            }
        }
        Self(scopes)
    }

    #[cfg(test)]
    pub(super) fn of<const N: usize>(stacks: [(&'static [usize], Bytes); N]) -> Self {
        Self(HashMap::from(stacks))
    }

    /// The sample, divided in proportion to the bytes of each scope. Undivided and without a scope
    /// if its stack has no samples with scopes.
    pub(super) fn divide<'a>(&self, sample: Sample<'a>) -> Vec<Sample<'a>> {
        let Some(scopes) = self.0.get(sample.addresses) else { return vec![sample] };
        let all: u64 = scopes.iter().map(|(_, bytes)| bytes).sum();
        let (mut bytes, mut objects) = (sample.bytes, sample.objects);
        let mut rest = all;
        let part = |(scope, own): &(&'static str, u64)| {
            // A share of the rest, so that the parts add up.
            let share = |left: i64| (left as f64 * *own as f64 / rest.max(1) as f64).round() as i64;
            let part = Sample {
                bytes: share(bytes),
                objects: share(objects),
                scope: Some(scope),
                ..sample
            };
            (bytes, objects, rest) = (bytes - part.bytes, objects - part.objects, rest - own);
            part
        };
        scopes.iter().map(part).collect()
    }
}

/// Handlers of one name, in different modules, have one label.
fn add(scopes: &mut Bytes, name: &'static str, bytes: u64) {
    match scopes.iter_mut().find(|(known, _)| *known == name) {
        Some((_, known)) => *known += bytes,
        None => scopes.push((name, bytes)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_parts_of_a_sample_add_up_to_it() {
        const STACK: &[usize] = &[7, 8];
        let of = vec![("search", 100), ("log_in", 200), ("(no handler)", 33)];
        let scopes = Scopes::of([(STACK, of)]);
        let sample = Sample { addresses: STACK, objects: 10, bytes: 1000, scope: None };
        let parts = scopes.divide(sample);
        let figures: Vec<_> =
            parts.iter().map(|part| (part.scope.unwrap(), part.objects, part.bytes)).collect();
        assert_eq!(figures, [("search", 3, 300), ("log_in", 6, 601), ("(no handler)", 1, 99)]);
        let mut of_one_name = vec![("get", 100)];
        [("put", 10), ("get", 5)]
            .into_iter()
            .for_each(|(name, bytes)| add(&mut of_one_name, name, bytes));
        assert_eq!(of_one_name, [("get", 105), ("put", 10)]);
        let other = Sample { addresses: &[7], ..sample };
        assert_eq!(scopes.divide(other), [other]);
    }
}
