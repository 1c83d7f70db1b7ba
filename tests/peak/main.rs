//! `peak_used` is exact: random programs, compared with an independent count after each step.

use core::cell::Cell;

use proptest::prelude::*;
use request_arena::collections::Vec as ArenaVec;
use request_arena::{Arena, Exactness, Site, scope};

#[path = "../support/mod.rs"]
mod support;

/// One step, with at most one call of the allocator.
#[derive(Clone, Debug)]
enum Step {
    /// A new list of elements of 1, 4 or 16 bytes.
    List(u8, usize),
    /// Grows a list by exactly this many elements.
    Grow(usize, usize),
    /// Shrinks a list to a part of its capacity, in eighths.
    Shrink(usize, usize),
    /// Drops the last list or another one.
    Drop(usize),
    /// A value that lives until the end.
    Value(usize),
    /// Steps of a child scope.
    Child(Vec<Step>),
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = prop_oneof![
        4 => (0..3_u8, 0..3000_usize).prop_map(|(kind, size)| Step::List(kind, size)),
        3 => (0..8_usize, 0..3000_usize).prop_map(|(list, more)| Step::Grow(list, more)),
        2 => (0..8_usize, 0..8_usize).prop_map(|(list, eighths)| Step::Shrink(list, eighths)),
        3 => (0..8_usize).prop_map(Step::Drop),
        1 => (0..2000_usize).prop_map(Step::Value),
        1 => Just(Step::Drop(0)),
    ];
    let child = prop::collection::vec(step.clone(), 0..12).prop_map(Step::Child);
    prop::collection::vec(prop_oneof![12 => step, 1 => child], 0..80)
}

enum List<'v> {
    Bytes(ArenaVec<'v, u8>),
    Words(ArenaVec<'v, u32>),
    Wide(ArenaVec<'v, u128>),
}

macro_rules! each {
    ($list:expr, $vec:ident => $work:expr) => {
        match $list {
            List::Bytes($vec) => $work,
            List::Words($vec) => $work,
            List::Wide($vec) => $work,
        }
    };
}

/// Runs `steps`, and reads the memory in use after each, of this scope and all scopes around it.
fn run(arena: &Arena<'_>, steps: &[Step], around: usize, peak: &Cell<usize>) {
    let mut lists: Vec<List<'_>> = Vec::new();
    for step in steps {
        let pick = |index: usize, lists: &[List<'_>]| {
            lists.len().checked_sub(1 + index % lists.len().max(1))
        };
        match step {
            Step::List(0, size) => {
                lists.push(List::Bytes(ArenaVec::with_capacity_in(*size, arena)));
            }
            Step::List(1, size) => {
                lists.push(List::Words(ArenaVec::with_capacity_in(size / 4, arena)));
            }
            Step::List(_, size) => {
                lists.push(List::Wide(ArenaVec::with_capacity_in(size / 16, arena)));
            }
            Step::Grow(list, more) => {
                if let Some(index) = pick(*list, &lists) {
                    each!(&mut lists[index], vec => {
                        let more = vec.capacity() + more;
                        vec.reserve_exact(more);
                    });
                }
            }
            Step::Shrink(list, eighths) => {
                if let Some(index) = pick(*list, &lists) {
                    each!(&mut lists[index], vec => {
                        let to = vec.capacity() * eighths / 8;
                        vec.shrink_to(to);
                    });
                }
            }
            Step::Drop(list) => {
                if let Some(index) = pick(*list, &lists) {
                    drop(lists.remove(index));
                }
            }
            Step::Value(size) => {
                arena.alloc_slice_fill_copy(*size, 1_u8);
            }
            Step::Child(steps) => {
                arena.scope(|child| run(&child, steps, around + arena.used(), peak));
            }
        }
        peak.set(peak.get().max(around + arena.used()));
    }
    while let Some(list) = lists.pop() {
        drop(list);
        peak.set(peak.get().max(around + arena.used()));
    }
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 1500,
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn the_peak_of_any_program_is_that_of_the_count(steps in steps()) {
        static SITE: Site = Site::new("program", module_path!(), file!(), line!());
        let has_child = steps.iter().any(|step| matches!(step, Step::Child(_)));
        let before = if scope(&SITE, |_| true) { support::figures(&SITE) } else { unreachable!() };
        let peak = Cell::new(0);
        let of_handle = scope(&SITE, |arena| {
            run(&arena, &steps, 0, &peak);
            arena.peak_used()
        });
        let after = support::figures(&SITE);
        // The difference of two sums in the report is the figure of this scope.
        let reported = usize::try_from(after.peak_used.sum - before.peak_used.sum).unwrap();
        prop_assert_eq!(reported, of_handle);
        if has_child {
            // The peaks of a parent and a child may be at different times. Then the figure is an
            // upper bound, and is marked as one.
            prop_assert!(reported >= peak.get());
            prop_assert!(reported == peak.get() || after.peak_exactness == Exactness::AtMost);
        } else {
            prop_assert_eq!(reported, peak.get(), "error in bytes");
        }
    }
}
