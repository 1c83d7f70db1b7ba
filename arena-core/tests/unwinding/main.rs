//! The allocator of an arena unwinds at the limit, out of `allocate`, `grow` and `shrink`. The
//! collections on the list in `request_arena::allocator` must stay sound then, and these tests find
//! out whether they do. Each operation unwinds at each of its points in turn; see `sweep`.

mod api {
    pub(crate) use allocator_api2::alloc::{AllocError, Allocator, Global};
    pub(crate) use allocator_api2::boxed::Box;
    pub(crate) use allocator_api2::vec::Vec;
    pub(crate) use request_arena_core::collections::deque::VecDeque;

    pub(crate) use crate::own::more_operations_of_a_ring;

    pub(crate) fn into_inner<T, A: Allocator>(boxed: Box<T, A>) -> T {
        Box::into_inner(boxed)
    }
}
mod arenas;
mod boxes;
mod careless;
mod fault;
mod faulty;
mod live;
mod own;
mod refusals;
mod ring;
mod sweep;
mod tables;
mod vectors;

use arenas::mistakes_in_arenas;
use live::Live;
use sweep::{Collection, mistakes};

/// `bytes_of_element` are the steps in which the memory left in an arena grows.
fn assert_sound<C: Collection>(bytes_of_element: usize) {
    assert_eq!(mistakes::<C>(), [""; 0]);
    let (found, unwound) = mistakes_in_arenas::<C>(bytes_of_element);
    assert_eq!(found, [""; 0]);
    assert!(unwound > 100, "the limits unwound only {unwound} times");
}

#[test]
fn a_vec_stays_sound() {
    assert_sound::<vectors::Vector>(size_of::<Live>());
}

#[test]
fn a_boxed_slice_stays_sound() {
    assert_sound::<boxes::Slice>(size_of::<Live>());
}

#[test]
fn a_list_of_boxes_stays_sound() {
    assert_sound::<boxes::Boxes>(size_of::<Live>());
}

#[test]
fn a_hash_map_stays_sound() {
    assert_sound::<tables::Map>(2 * size_of::<Live>());
}

#[test]
fn a_hash_set_stays_sound() {
    assert_sound::<tables::Set>(size_of::<Live>());
}

#[test]
fn a_ring_stays_sound() {
    assert_sound::<ring::Ring>(size_of::<Live>());
}

#[test]
fn a_sorted_map_stays_sound() {
    assert_sound::<own::Sorted>(2 * size_of::<Live>());
}

#[test]
fn a_sorted_set_stays_sound() {
    assert_sound::<own::SortedOnes>(size_of::<Live>());
}

#[test]
fn a_text_stays_sound() {
    assert_sound::<own::Text>(2);
}

#[test]
fn the_sweep_notices_what_is_unsound() {
    let found = mistakes::<careless::Careless>().join("\n");
    for mistake in [
        "push has another length than it shows elements",
        "rotate drops an element that is not alive",
        "rotate shows an element twice",
        "replace 1 elements were never dropped",
    ] {
        assert!(found.contains(mistake), "{mistake} is not among\n{found}");
    }
}
