//! hashbrown's tables.

use std::hash::{BuildHasherDefault, DefaultHasher};

use hashbrown::{HashMap, HashSet};

use crate::api::Allocator;
use crate::live::{self, Live};
use crate::sweep::{Collection, Operation};
use crate::vectors::{fresh, unannounced};

/// A hasher without a seed, so that each run has the same cases.
type Hasher = BuildHasherDefault<DefaultHasher>;
type MapOver<A> = HashMap<Live, Live, Hasher, A>;
type SetOver<A> = HashSet<Live, Hasher, A>;

fn pairs(count: usize) -> impl ExactSizeIterator<Item = (Live, Live)> {
    fresh(count).map(|key| (key, Live::new(7)))
}

fn others<A: Allocator + Clone>(count: usize, like: &MapOver<A>) -> MapOver<A> {
    let mut others = HashMap::with_hasher_in(Hasher::default(), like.allocator().clone());
    others.extend(pairs(count));
    others
}

pub(crate) struct Map;

impl Collection for Map {
    type Over<A: Allocator + Clone> = MapOver<A>;

    const SIZES: &[usize] = &[0, 1, 3, 4, 7, 8, 14, 15, 28, 29];
    const SPARE: &[usize] = &[0, 1];

    fn empty<A: Allocator + Clone>(room: usize, allocator: A) -> MapOver<A> {
        HashMap::with_capacity_and_hasher_in(room, Hasher::default(), allocator)
    }

    fn add<A: Allocator + Clone>(map: &mut MapOver<A>, value: usize) {
        map.insert(Live::new(value), Live::new(value));
    }

    fn count<A: Allocator + Clone>(map: &MapOver<A>) -> (usize, usize) {
        (2 * map.len(), live::count(map.iter().flat_map(|(key, value)| [key, value])))
    }

    fn operations<A: Allocator + Clone>() -> Vec<Operation<MapOver<A>>> {
        vec![
            ("insert", |map, _| drop(map.insert(Live::new(100), Live::new(7)))),
            ("insert again", |map, size| drop(map.insert(Live::new(size / 2), Live::new(7)))),
            ("entry, or_insert_with", |map, size| {
                for key in [size / 2, 100] {
                    map.entry(Live::new(key)).or_insert_with(|| Live::new(7).clone());
                }
            }),
            ("entry, insert", |map, _| _ = map.entry(Live::new(100)).insert(Live::new(7))),
            ("entry, and_replace_entry_with", |map, size| {
                let entry = map.entry(Live::new(size / 2));
                drop(
                    entry.and_replace_entry_with(|_, value| {
                        (value.clone().value > 7).then_some(value)
                    }),
                );
            }),
            ("try_insert", |map, _| _ = map.try_insert(Live::new(100), Live::new(7)).is_ok()),
            ("extend", |map, size| map.extend(pairs(size + 1))),
            ("reserve", |map, size| map.reserve(size + 10)),
            ("try_reserve", |map, size| map.try_reserve(size + 10).unwrap()),
            ("shrink_to_fit", |map, _| map.shrink_to_fit()),
            ("shrink_to", |map, size| map.shrink_to(size + 1)),
            ("remove most, and shrink_to_fit", |map, size| {
                map.retain(|key, _| key.value * 4 < size);
                map.shrink_to_fit();
            }),
            ("rehash in place", |map, size| {
                // The removed entries of a full table still take room, until an insertion drops
                // them in place.
                map.retain(|key, _| key.value * 4 < size);
                map.extend(pairs(size / 3));
            }),
            ("retain", |map, _| map.retain(|key, value| (key.clone().value + value.value) % 3 > 0)),
            ("extract_if", |map, _| {
                map.extract_if(|key, _| key.clone().value % 3 > 0).for_each(drop);
            }),
            ("drain, in part", |map, size| drop(map.drain().nth(size / 2))),
            ("remove", |map, size| drop(map.remove(&Live::new(size / 2)))),
            ("clone", |map, _| *map = map.clone()),
            ("clone_from more", |map, size| {
                let others = others(2 * size + 1, map);
                map.clone_from(&others);
            }),
            ("clone_from fewer", |map, size| {
                let others = others(size / 2, map);
                map.clone_from(&others);
            }),
            ("clone_from none", |map, _| {
                let others = others(0, map);
                map.clone_from(&others);
            }),
        ]
    }
}

pub(crate) struct Set;

impl Collection for Set {
    type Over<A: Allocator + Clone> = SetOver<A>;

    const SIZES: &[usize] = &[0, 1, 3, 4, 7, 8, 14, 15, 28, 29];
    const SPARE: &[usize] = &[0, 1];

    fn empty<A: Allocator + Clone>(room: usize, allocator: A) -> SetOver<A> {
        HashSet::with_capacity_and_hasher_in(room, Hasher::default(), allocator)
    }

    fn add<A: Allocator + Clone>(set: &mut SetOver<A>, value: usize) {
        set.insert(Live::new(value));
    }

    fn count<A: Allocator + Clone>(set: &SetOver<A>) -> (usize, usize) {
        (set.len(), live::count(set))
    }

    fn operations<A: Allocator + Clone>() -> Vec<Operation<SetOver<A>>> {
        vec![
            ("insert", |set, _| _ = set.insert(Live::new(100))),
            ("replace", |set, size| {
                for key in [size / 2, 100] {
                    drop(set.replace(Live::new(key)));
                }
            }),
            ("get_or_insert_with", |set, _| {
                set.get_or_insert_with(&Live::new(100), Live::clone);
            }),
            ("entry, insert", |set, _| _ = set.entry(Live::new(100)).insert()),
            ("extend", |set, size| set.extend(unannounced(size + 1))),
            ("reserve", |set, size| set.reserve(size + 10)),
            ("shrink_to_fit", |set, _| set.shrink_to_fit()),
            ("shrink_to", |set, size| set.shrink_to(size + 1)),
            ("retain", |set, _| set.retain(|key| key.clone().value % 3 > 0)),
            ("take", |set, size| drop(set.take(&Live::new(size / 2)))),
            ("clone", |set, _| *set = set.clone()),
            ("clone_from", |set, size| {
                let mut others =
                    HashSet::with_hasher_in(Hasher::default(), set.allocator().clone());
                others.extend(fresh(2 * size + 1));
                set.clone_from(&others);
            }),
        ]
    }
}
