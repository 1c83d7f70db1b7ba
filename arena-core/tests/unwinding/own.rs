//! The arena's own collections.

use std::mem;

use request_arena_core::collections::deque::VecDeque;
use request_arena_core::collections::sorted_map::SortedMap;
use request_arena_core::collections::sorted_set::SortedSet;
use request_arena_core::collections::{CollectIn, FromIteratorIn};
use request_arena_core::text::String;

use crate::api::Allocator;
use crate::live::{self, Live, wrong};
use crate::sweep::{Collection, Operation};
use crate::vectors::{fresh, unannounced};

/// What std's ring does not have.
pub(crate) fn more_operations_of_a_ring<A: Allocator + Clone>() -> [Operation<VecDeque<Live, A>>; 1]
{
    [("collect_in", |deque, size| {
        *deque = unannounced(size + 1).collect_in(deque.allocator().clone());
    })]
}

pub(crate) struct Sorted;

fn pairs(count: usize) -> impl Iterator<Item = (Live, Live)> {
    // Not in the order of keys.
    fresh(count).map(move |key| (Live::new(key.value * 37 % 64), Live::new(7)))
}

impl Collection for Sorted {
    type Over<A: Allocator + Clone> = SortedMap<Live, Live, A>;

    const SIZES: &[usize] = &[0, 1, 2, 15, 16, 17, 33];
    const SPARE: &[usize] = &[0];

    fn empty<A: Allocator + Clone>(_: usize, allocator: A) -> SortedMap<Live, Live, A> {
        SortedMap::new_in(allocator)
    }

    fn add<A: Allocator + Clone>(map: &mut SortedMap<Live, Live, A>, value: usize) {
        map.insert(Live::new(value), Live::new(value));
    }

    fn count<A: Allocator + Clone>(map: &SortedMap<Live, Live, A>) -> (usize, usize) {
        if !map.keys().is_sorted() {
            wrong("shows keys out of order");
        }
        (2 * map.len(), live::count(map.iter().flat_map(|(key, value)| [key, value])))
    }

    fn operations<A: Allocator + Clone>() -> Vec<Operation<SortedMap<Live, Live, A>>> {
        vec![
            ("insert last", |map, _| drop(map.insert(Live::new(100), Live::new(7)))),
            ("insert amid", |map, size| {
                map.remove(&Live::new(size / 2));
                map.insert(Live::new(size / 2), Live::new(7));
            }),
            ("entry, or_insert_with", |map, size| {
                for key in [size / 2, 100] {
                    map.entry(Live::new(key)).or_insert_with(|| Live::new(7).clone());
                }
            }),
            ("extend", |map, size| map.extend(pairs(size + 1))),
            ("append", |map, size| {
                let mut others = SortedMap::new_in(map.allocator().clone());
                others.extend(pairs(size + 1));
                map.append(&mut others);
            }),
            ("retain", |map, _| map.retain(|key, _| key.clone().value % 3 > 0)),
            ("remove, and pop", |map, size| {
                drop(map.remove(&Live::new(size / 2)));
                drop((map.pop_first(), map.pop_last()));
            }),
            ("clone", |map, _| *map = map.clone()),
            ("clone_from", |map, size| {
                let mut others = SortedMap::new_in(map.allocator().clone());
                others.extend(pairs(2 * size + 1));
                map.clone_from(&others);
            }),
            ("from_iter_in", |map, size| {
                *map = SortedMap::from_iter_in(pairs(size + 1), map.allocator().clone());
            }),
        ]
    }
}

pub(crate) struct SortedOnes;

impl Collection for SortedOnes {
    type Over<A: Allocator + Clone> = SortedSet<Live, A>;

    const SIZES: &[usize] = &[0, 1, 2, 15, 16, 17, 33];
    const SPARE: &[usize] = &[0];

    fn empty<A: Allocator + Clone>(_: usize, allocator: A) -> SortedSet<Live, A> {
        SortedSet::new_in(allocator)
    }

    fn add<A: Allocator + Clone>(set: &mut SortedSet<Live, A>, value: usize) {
        set.insert(Live::new(value));
    }

    fn count<A: Allocator + Clone>(set: &SortedSet<Live, A>) -> (usize, usize) {
        (set.len(), live::count(set))
    }

    fn operations<A: Allocator + Clone>() -> Vec<Operation<SortedSet<Live, A>>> {
        vec![
            ("insert", |set, size| {
                for value in [size / 2, 100] {
                    set.insert(Live::new(value));
                }
            }),
            ("extend", |set, size| set.extend(unannounced(size + 1))),
            ("retain", |set, _| set.retain(|element| element.clone().value % 3 > 0)),
            ("clone", |set, _| *set = set.clone()),
        ]
    }
}

pub(crate) struct Text;

/// Two bytes, so that a mistake leaves half of it.
const LETTER: char = 'é';

fn letters(count: usize) -> std::string::String {
    std::iter::repeat_n(LETTER, count).collect()
}

impl Collection for Text {
    type Over<A: Allocator + Clone> = String<A>;

    const SIZES: &[usize] = &[0, 1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 33];
    const SPARE: &[usize] = &[0, 1, 9];

    fn empty<A: Allocator + Clone>(room: usize, allocator: A) -> String<A> {
        String::with_capacity_in(2 * room, allocator)
    }

    fn add<A: Allocator + Clone>(text: &mut String<A>, _: usize) {
        text.push(LETTER);
    }

    fn count<A: Allocator + Clone>(text: &String<A>) -> (usize, usize) {
        if std::str::from_utf8(text.as_bytes()).is_err() {
            wrong("is not UTF-8");
            return (0, 0);
        }
        (text.len(), text.chars().map(char::len_utf8).sum())
    }

    fn operations<A: Allocator + Clone>() -> Vec<Operation<String<A>>> {
        vec![
            ("push", |text, _| text.push('€')),
            ("push_str", |text, size| text.push_str(&letters(size + 1))),
            ("insert", |text, size| text.insert(2 * (size / 2), '€')),
            ("insert_str", |text, size| text.insert_str(2 * (size / 2), &letters(size + 1))),
            ("replace_range", |text, size| {
                text.replace_range(2 * (size / 3)..2 * (size / 2), &letters(size + 1));
            }),
            ("extend", |text, size| text.extend(letters(size + 1).chars())),
            ("format", |text, size| {
                std::fmt::Write::write_fmt(text, format_args!("{}€", letters(size))).unwrap();
            }),
            ("retain", |text, _| {
                text.retain(|letter| Live::new(letter as usize).clone().value > 0);
            }),
            ("drain, in part", |text, size| _ = text.drain(2 * (size / 3)..).nth(1)),
            ("split_off", |text, size| drop(text.split_off(2 * (size / 2)))),
            ("reserve", |text, size| text.reserve(size + 10)),
            ("shrink_to_fit", |text, _| text.shrink_to_fit()),
            ("shrink_to", |text, size| text.shrink_to(2 * size + 1)),
            ("into_bytes, and back", |text, _| {
                let empty = String::new_in(text.allocator().clone());
                let bytes = mem::replace(text, empty).into_bytes();
                *text = String::from_utf8(bytes).unwrap();
            }),
            ("clone", |text, _| *text = text.clone()),
            ("clone_from", |text, size| {
                let other = String::from_str_in(&letters(2 * size), text.allocator().clone());
                text.clone_from(&other);
            }),
        ]
    }
}
