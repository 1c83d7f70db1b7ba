//! std's collections over `&Arena`, over a fork, and in a child scope. Their memory is the arena's.

use std::collections::{BTreeMap, BTreeSet, BinaryHeap, LinkedList, VecDeque};
use std::rc::Rc;
use std::sync::Arc;
use std::thread;

use request_arena_core::{Arena, Site, scope};

static SITE: Site = Site::new("uses", module_path!(), file!(), line!());

/// Runs `work`, and checks that it took at least `bytes` from the arena.
fn takes<R>(arena: &Arena<'_>, bytes: usize, work: impl FnOnce() -> R) {
    let before = arena.used();
    let _kept = work();
    let taken = arena.used() - before;
    assert!(taken >= bytes, "{taken} of {bytes} bytes are in the arena");
}

#[test]
fn collections_lie_in_the_arena() {
    scope(&SITE, |arena| {
        let arena = &arena;
        takes(arena, 2000, || {
            let mut list = Vec::new_in(arena);
            list.extend(0..1000_u32);
            list.retain(|number| number % 2 == 0);
            list.shrink_to_fit();
            assert!(list.iter().copied().eq((0..1000).step_by(2)));
            let slice = list.into_boxed_slice();
            assert_eq!((slice.len(), slice.clone()[499]), (500, 998));
            slice
        });
        takes(arena, 4000, || {
            let mut map = BTreeMap::new_in(arena);
            (0..1000_u32).rev().for_each(|key| _ = map.insert(key, key));
            assert!(map.clone().into_iter().eq((0..1000).map(|key| (key, key))));
            map
        });
        takes(arena, 0, || {
            let mut set = BTreeSet::new_in(arena);
            set.extend(["b", "a", "b"]);
            assert!(set.iter().eq(&["a", "b"]));
        });
        takes(arena, 1000, || {
            let mut ring = VecDeque::new_in(arena);
            (0..500_u32).for_each(|number| ring.push_front(number));
            assert_eq!((ring.pop_back(), ring.pop_front()), (Some(0), Some(499)));
            ring
        });
        takes(arena, 0, || {
            let mut heap = BinaryHeap::new_in(arena);
            heap.extend([1, 3, 2]);
            assert_eq!(heap.into_sorted_vec()[..], [1, 2, 3]);
        });
        takes(arena, 0, || {
            let mut list = LinkedList::new_in(arena);
            list.extend([1, 2]);
            list.push_front(0);
            assert!(list.into_iter().eq([0, 1, 2]));
        });
        takes(arena, 0, || {
            let mut counted = Rc::new_in(String::from("a"), arena);
            let other = Rc::clone(&counted);
            Rc::make_mut(&mut counted).push('b');
            assert_eq!((&**counted, &**other), ("ab", "a"));
            let zeroed = Arc::<[u64], _>::new_zeroed_slice_in(10, arena);
            // SAFETY: zeros are numbers.
            assert_eq!(unsafe { zeroed.assume_init() }[..], [0; 10]);
        });
    });
}

/// Each element is dropped once, even if its memory is only freed with the arena.
#[test]
fn elements_are_dropped() {
    let counted = Rc::new(());
    scope(&SITE, |arena| {
        let mut map = BTreeMap::new_in(&arena);
        (0..100).for_each(|key| drop(map.insert(key, Rc::clone(&counted))));
        let list: Vec<Rc<()>, _> = {
            let mut list = Vec::new_in(&arena);
            list.extend(map.values().cloned());
            list
        };
        assert_eq!(Rc::strong_count(&counted), 201);
        drop((map, list));
        assert_eq!(Rc::strong_count(&counted), 1);
    });
}

/// A fork moves to a thread in its collection, and its memory outlives the collection's allocator.
#[test]
fn a_collection_that_owns_its_handle_is_send() {
    scope(&SITE, |arena| {
        let mut list = Vec::new_in(arena.fork());
        list.push(String::from("a"));
        let mut boxed = Box::new_in([0_u32; 100], arena.fork());
        let leaked: &mut [u32; 100] = thread::scope(|threads| {
            let thread = threads.spawn(move || {
                list.extend((0..100).map(|number: u32| number.to_string()));
                boxed[99] = u32::try_from(list.len()).unwrap();
                Box::leak(boxed)
            });
            thread.join().unwrap()
        });
        assert_eq!(leaked[99], 101);
    });
}

/// Both traits serve one arena at a time.
#[test]
fn both_traits_share_an_arena() {
    scope(&SITE, |arena| {
        let mut of_std = Vec::new_in(&arena);
        let mut of_api2 = allocator_api2::vec::Vec::new_in(&arena);
        for number in 0..1000_u64 {
            of_std.push(number);
            of_api2.push(number);
        }
        assert!(of_std.iter().eq(of_api2.iter()));
        assert!(arena.used() >= 16_000);
    });
}

#[test]
fn a_child_scope_frees_what_was_in_it() {
    scope(&SITE, |arena| {
        arena.scope(|child| {
            let mut list = Vec::new_in(&child);
            list.resize(100_000, 1_u8);
            assert_eq!(list.len(), 100_000);
        });
        assert!(arena.used() < 100_000);
    });
}
