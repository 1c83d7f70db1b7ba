//! `SortedMap` and `SortedSet` behave like `BTreeMap` and `BTreeSet` of `std`, and move few bytes.

use std::cell::Cell;
use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::rc::Rc;

use proptest::prelude::*;
use request_arena::collections::sorted_map::Entry;
use request_arena::collections::{CollectIn, SortedMap, SortedSet, owned};
use request_arena::{Site, scope};

use crate::support::panic_of;

static SITE: Site = Site::new("sorted", module_path!(), file!(), line!());

#[derive(Clone, Debug)]
enum Step {
    Insert(u16),
    Run(u16, u16, bool),
    Remove(u16),
    RemoveRun(u16, u16),
    PopFirst,
    PopLast,
    Entry(u16),
    Retain(u16),
    Change(u16, u16),
    Clear,
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    use Step::*;
    let key = 0..2000_u16;
    let step = prop_oneof![
        20 => key.clone().prop_map(Insert),
        6 => (key.clone(), 0..200_u16, any::<bool>())
            .prop_map(|(from, len, up)| Run(from, len, up)),
        10 => key.clone().prop_map(Remove),
        4 => (key.clone(), 0..400_u16).prop_map(|(from, len)| RemoveRun(from, len)),
        4 => Just(PopFirst),
        4 => Just(PopLast),
        6 => key.clone().prop_map(Entry),
        1 => (2..9_u16).prop_map(Retain),
        2 => (key.clone(), key).prop_map(|(a, b)| Change(a.min(b), a.max(b))),
        1 => Just(Clear),
    ];
    prop::collection::vec(step, 0..80)
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 300,
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn a_map_equals_the_btree_of_the_heap(steps in steps()) {
        let (mut heap, alive) = (BTreeMap::new(), Rc::new(()));
        scope(&SITE, |arena| -> Result<(), TestCaseError> {
            let mut ours: SortedMap<'_, u16, (u32, Rc<()>)> = SortedMap::new_in(&arena);
            let new = |value: u32| (value, Rc::clone(&alive));
            for step in steps {
                match step {
                    Step::Insert(key) => {
                        let was = ours.insert(key, new(1)).map(|it| it.0);
                        prop_assert_eq!(was, heap.insert(key, 1));
                    }
                    Step::Run(from, len, up) => for offset in 0..len {
                        let key = from + if up { offset } else { len - offset };
                        prop_assert_eq!(
                            ours.insert(key, new(2)).map(|it| it.0),
                            heap.insert(key, 2),
                        );
                    },
                    Step::Remove(key) => prop_assert_eq!(
                        ours.remove(&key).map(|it| it.0),
                        heap.remove(&key),
                    ),
                    Step::RemoveRun(from, len) => for key in from..from + len {
                        prop_assert_eq!(ours.remove(&key).map(|it| it.0), heap.remove(&key));
                    },
                    Step::PopFirst => prop_assert_eq!(
                        ours.pop_first().map(|it| (it.0, it.1.0)),
                        heap.pop_first(),
                    ),
                    Step::PopLast => prop_assert_eq!(
                        ours.pop_last().map(|it| (it.0, it.1.0)),
                        heap.pop_last(),
                    ),
                    Step::Entry(key) => {
                        *heap.entry(key).or_insert(0) += 5;
                        ours.entry(key).or_insert_with(|| new(0)).0 += 5;
                    }
                    Step::Retain(part) => {
                        heap.retain(|key, _| key % part != 0);
                        ours.retain(|key, _| key % part != 0);
                    }
                    Step::Change(from, to) => {
                        heap.range_mut(from..=to).for_each(|(_, value)| *value += 1);
                        ours.range_mut(from..=to).for_each(|(_, value)| value.0 += 1);
                        let expected = heap.range(from..to).map(|it| *it.0).rev();
                        prop_assert!(ours.range(from..to).map(|it| *it.0).rev().eq(expected));
                        heap.values_mut().for_each(|value| *value += 1);
                        ours.values_mut().for_each(|value| value.0 += 1);
                    }
                    Step::Clear => { heap.clear(); ours.clear(); }
                }
                prop_assert_eq!(Rc::strong_count(&alive), heap.len() + 1);
                prop_assert_eq!((ours.len(), ours.iter().len()), (heap.len(), heap.len()));
                let expected = heap.iter().map(|it| (*it.0, *it.1));
                prop_assert!(ours.iter().map(|(key, value)| (*key, value.0)).eq(expected));
                prop_assert!(ours.keys().rev().eq(heap.keys().rev()));
                for key in [0, 7, 500, 1999] {
                    prop_assert_eq!(ours.get(&key).map(|it| it.0), heap.get(&key).copied());
                    let expected = heap.range(key..).map(|it| it.0);
                    prop_assert!(ours.range(key..).map(|it| it.0).eq(expected));
                }
            }
            prop_assert_eq!(
                ours.first_key_value().map(|it| it.0),
                heap.first_key_value().map(|it| it.0),
            );
            prop_assert!(ours.into_iter().map(|it| (it.0, it.1.0)).eq(heap));
            Ok(())
        })?;
        prop_assert_eq!(Rc::strong_count(&alive), 1);
    }
}

/// A key that counts its comparisons.
struct Counted<'c>(u32, &'c Cell<u64>);

impl Ord for Counted<'_> {
    fn cmp(&self, other: &Self) -> Ordering {
        self.1.set(self.1.get() + 1);
        self.0.cmp(&other.0)
    }
}

impl PartialOrd for Counted<'_> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Counted<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Counted<'_> {}

#[test]
fn a_look_up_compares_as_often_as_a_binary_search() {
    let compared = Cell::new(0);
    scope(&SITE, |arena| {
        let mut map = (0..10_000)
            .map(|key| (Counted(key, &compared), ()))
            .collect_in::<SortedMap<'_, _, _>>(&arena);
        for key in (0..10_000).step_by(97) {
            compared.set(0);
            assert!(map.contains_key(&Counted(key, &compared)));
            assert!(compared.get() <= 20, "{} comparisons", compared.get());
        }
        map.clear();
        assert!(map.is_empty() && map.last_key_value().is_none());
    });
}

#[test]
fn the_size_of_a_map_is_in_proportion_to_its_entries_in_any_order() {
    let orders: [fn(u32) -> u32; 4] = [
        |n| n,
        |n| 30_000 - n,
        |n| n.wrapping_mul(0x9E37_79B9),
        |n| if n % 2 == 0 { n } else { (1 << 31) | n },
    ];
    for order in orders {
        scope(&SITE, |arena| {
            let mut map: SortedMap<'_, u32, u32> = SortedMap::new_in(&arena);
            for n in 0..30_000 {
                map.insert(order(n), n);
            }
            assert!(map.keys().is_sorted());
            // 240 KB of entries. Half of each segment may be free, and half of the `Vec` of
            // segments. The `Vec` left the same size behind as it grew.
            assert!(arena.used() < 240_000 * 8, "{}", arena.used());
        });
    }
}

#[test]
fn a_map_with_a_panicking_comparison_or_closure_stays_whole() {
    struct Refuses(u32);
    impl Ord for Refuses {
        fn cmp(&self, other: &Self) -> Ordering {
            assert!(self.0 != 99 && other.0 != 99, "not comparable");
            self.0.cmp(&other.0)
        }
    }
    impl PartialOrd for Refuses {
        fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
            Some(self.cmp(other))
        }
    }
    impl PartialEq for Refuses {
        fn eq(&self, other: &Self) -> bool {
            self.cmp(other).is_eq()
        }
    }
    impl Eq for Refuses {}
    scope(&SITE, |arena| {
        let mut map =
            (0..90).map(|key| (Refuses(key), key)).collect_in::<SortedMap<'_, _, _>>(&arena);
        assert!(panic_of(|| map.insert(Refuses(99), 0)).contains("not comparable"));
        let text = panic_of(|| {
            map.retain(|_, value| if *value == 70 { panic!("at 70") } else { *value >= 60 });
        });
        assert_eq!(text, "at 70");
        assert!(map.values().copied().eq(60..90));
        assert_eq!((map.len(), map.remove(&Refuses(75)), map.len()), (30, Some(75), 29));
    });
}

#[test]
fn an_entry_is_inserted_changed_and_removed_with_one_search() {
    scope(&SITE, |arena| {
        let mut map = ["b", "a"]
            .map(|key| (key, 1))
            .into_iter()
            .collect_in::<owned::SortedMap<'_, _, _>>(arena.fork());
        assert_eq!(*map.entry("c").and_modify(|value| *value += 1).or_default(), 0);
        assert_eq!(*map.entry("a").and_modify(|value| *value += 1).or_insert(9), 2);
        match map.entry("b") {
            Entry::Occupied(mut entry) => {
                assert_eq!((entry.insert(7), *entry.get(), *entry.key()), (1, 7, "b"));
                assert_eq!(entry.remove_entry(), ("b", 7));
            }
            Entry::Vacant(_) => panic!("b exists"),
        }
        assert_eq!(*map.entry("d").or_insert_with_key(|key| key.len()), 1);
        assert_eq!(
            (map["a"], serde_json::to_string(&map).unwrap()),
            (2, r#"{"a":2,"c":0,"d":1}"#.into())
        );
        assert!(panic_of(|| map.range("c".."a").count()).contains("starts behind its end"));
    });
}

#[test]
fn a_set_is_in_order_and_knows_others() {
    scope(&SITE, |arena| {
        let mut set = [3, 1, 2, 3].into_iter().collect_in::<SortedSet<'_, u32>>(&arena);
        let other = (2..6).collect_in::<owned::SortedSet<'_, u32>>(arena.fork());
        assert!(set.iter().eq(&[1, 2, 3]) && set.contains(&2) && !set.insert(2) && set.remove(&1));
        assert!(
            set.is_subset(&other)
                && !set.is_disjoint(&other)
                && set.intersection(&other).eq(&[2, 3])
        );
        assert!(other.difference(&set).eq(&[4, 5]) && other.range(3..).eq(&[3, 4, 5]));
        assert_eq!((set.first(), set.last()), (Some(&2), Some(&3)));
        assert_eq!((set.pop_first(), set.pop_last(), set.pop_last()), (Some(2), Some(3), None));
        assert_eq!(serde_json::to_string(&other).unwrap(), "[2,3,4,5]");
    });
}
