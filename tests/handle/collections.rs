//! Collections in the arena behave like those on the heap, with a borrowed handle or an own fork.

use std::rc::Rc;

use request_arena::collections::{HashMap, HashSet, Vec, owned};
use request_arena::{Arena, Site, scope};

static SITE: Site = Site::new("collections", module_path!(), file!(), line!());

#[test]
fn a_vec_grows_shrinks_and_moves_with_other_allocations_between() {
    scope(&SITE, |arena| {
        let mut numbers: Vec<'_, u32> = Vec::new_in(&arena);
        let mut texts = std::vec::Vec::new();
        for number in 0..3000 {
            numbers.push(number);
            if number % 7 == 0 {
                texts.push(&*request_arena::format!(in arena, "{number}"));
            }
        }
        numbers.retain(|number| number % 3 == 0);
        numbers.shrink_to_fit();
        assert!(numbers.iter().copied().eq((0..3000).step_by(3)));
        assert!(texts.iter().enumerate().all(|(index, text)| text.parse() == Ok(index * 7)));
        numbers.clear();
        numbers.shrink_to_fit();
        numbers.push(1);
        assert_eq!(numbers[..], [1]);
    });
}

#[test]
fn a_collection_drops_its_elements() {
    let shared = Rc::new(());
    scope(&SITE, |arena| {
        let mut list = Vec::new_in(&arena);
        let mut map = HashMap::new_in(&arena);
        for number in 0..100 {
            list.push(Rc::clone(&shared));
            map.insert(number, Rc::clone(&shared));
        }
        assert_eq!(Rc::strong_count(&shared), 201);
        map.retain(|number, _| number % 2 == 0);
        list.truncate(10);
        assert_eq!(Rc::strong_count(&shared), 61);
    });
    assert_eq!(Rc::strong_count(&shared), 1);
}

#[test]
fn maps_and_sets_find_their_entries_after_many_resizes() {
    scope(&SITE, |arena| {
        let mut counts: HashMap<'_, &str, u32> = HashMap::new_in(&arena);
        let mut seen: HashSet<'_, u32> = HashSet::with_capacity_in(3, &arena);
        for number in 0..5000 {
            *counts.entry(&*request_arena::format!(in arena, "{}", number % 1000)).or_insert(0) +=
                1;
            seen.insert(number % 777);
        }
        assert!(counts.len() == 1000 && counts.values().all(|&count| count == 5));
        assert!(counts["999"] == 5 && !counts.contains_key("1000"));
        assert!(seen.len() == 777 && (0..777).all(|number| seen.contains(&number)));
        counts.shrink_to_fit();
        assert_eq!(counts.remove("5"), Some(5));
    });
}

#[test]
fn owned_collections_move_to_other_threads_with_their_handle() {
    scope(&SITE, |arena| {
        let mut list: owned::Vec<'_, u32> = owned::Vec::new_in(arena.fork());
        let mut map: owned::HashMap<'_, u32, u32> = owned::HashMap::new_in(arena.fork());
        let set: owned::HashSet<'_, u32> = owned::HashSet::new_in(arena.fork());
        list.extend(0..10);
        let (list, map, set) = std::thread::scope(|threads| {
            threads
                .spawn(move || {
                    let mut set = set;
                    list.extend(10..1000);
                    map.extend(list.iter().map(|&number| (number, number * 2)));
                    set.extend(map.values().copied());
                    (list, map, set)
                })
                .join()
                .unwrap()
        });
        assert!(list.iter().copied().eq(0..1000));
        assert!(map[&999] == 1998 && set.contains(&1998) && set.len() == 1000);
    });
}

#[test]
fn an_owned_vec_gives_a_slice_that_lives_as_long_as_the_request() {
    fn squares<'a>(arena: &Arena<'a>) -> &'a mut [u32] {
        let mut list = owned::Vec::new_in(arena.fork());
        list.extend((0..100).map(|number| number * number));
        list.leak()
    }
    scope(&SITE, |arena| {
        let (a, b) = (squares(&arena), squares(&arena));
        a[99] = 1;
        assert_eq!((a[99], b[99]), (1, 99 * 99));
    });
}

#[test]
fn the_handle_by_value_is_an_allocator_too() {
    scope(&SITE, |arena| {
        let mut list = owned::Vec::with_capacity_in(4, arena);
        list.push(1);
        list.extend(2..100);
        assert_eq!(list.iter().sum::<i32>(), 4950);
        assert!(list.allocator().used() >= 99 * 4);
    });
}

#[test]
fn over_aligned_elements_stay_aligned_when_a_vec_grows() {
    #[repr(align(128))]
    struct Wide(usize);
    scope(&SITE, |arena| {
        let mut list = Vec::new_in(&arena);
        for number in 0..200 {
            arena.alloc(1_u8);
            list.push(Wide(number));
        }
        assert!(list.iter().enumerate().all(|(number, wide)| wide.0 == number));
        assert_eq!(core::ptr::from_ref(&list[0]).addr() % 128, 0);
    });
}

#[test]
fn a_zero_sized_element_needs_no_memory() {
    scope(&SITE, |arena| {
        let mut list = Vec::new_in(&arena);
        list.extend([(); 1000]);
        assert_eq!((list.len(), arena.used()), (1000, 0));
    });
}

#[test]
fn a_fallible_vec_reports_a_refusal_and_goes_on() {
    static LIMITED: Site =
        Site::new("fallible", module_path!(), file!(), line!()).with_limit(16 << 10);
    scope(&LIMITED, |arena| {
        let mut list = allocator_api2::vec::Vec::new_in(arena.fallible());
        list.try_reserve(1000).unwrap();
        list.extend(0..1000_u32);
        assert!(list.try_reserve(16 << 10).is_err());
        assert!(list.try_reserve_exact(usize::MAX).is_err());
        assert!(list.iter().copied().eq(0..1000));
        let mut map = hashbrown::HashMap::<u32, u32, hashbrown::DefaultHashBuilder, _>::new_in(
            arena.fallible(),
        );
        assert!(map.try_reserve(1 << 20).is_err());
        map.try_reserve(100).unwrap();
        map.extend((0..100).map(|number| (number, number)));
        assert_eq!(map.len(), 100);
    });
}
