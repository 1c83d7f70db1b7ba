//! `Vec`.

use std::iter;
use std::mem;

use crate::api::{Allocator, Vec};
use crate::live::{self, Live};
use crate::sweep::{Collection, Operation};

pub(crate) struct Vector;

/// New elements. Their number is the length of an exact iterator.
pub(crate) fn fresh(count: usize) -> impl ExactSizeIterator<Item = Live> {
    (0..count).map(|value| Live::new(100 + value))
}

/// New elements, without a hint at their number.
pub(crate) fn unannounced(count: usize) -> impl Iterator<Item = Live> {
    let mut elements = fresh(count);
    iter::from_fn(move || elements.next())
}

fn others<A: Allocator + Clone>(count: usize, like: &Vec<Live, A>) -> Vec<Live, A> {
    let mut others = Vec::new_in(like.allocator().clone());
    others.extend(fresh(count));
    others
}

fn take<A: Allocator + Clone>(from: &mut Vec<Live, A>) -> Vec<Live, A> {
    let empty = Vec::new_in(from.allocator().clone());
    mem::replace(from, empty)
}

impl Collection for Vector {
    type Over<A: Allocator + Clone> = Vec<Live, A>;

    const SIZES: &[usize] = &[0, 1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 33];
    const SPARE: &[usize] = &[0, 1, 9];

    fn empty<A: Allocator + Clone>(room: usize, allocator: A) -> Vec<Live, A> {
        if room == 0 { Vec::new_in(allocator) } else { Vec::with_capacity_in(room, allocator) }
    }

    fn add<A: Allocator + Clone>(vec: &mut Vec<Live, A>, value: usize) {
        vec.push(Live::new(value));
    }

    fn count<A: Allocator + Clone>(vec: &Vec<Live, A>) -> (usize, usize) {
        (vec.len(), live::count(vec))
    }

    fn operations<A: Allocator + Clone>() -> std::vec::Vec<Operation<Vec<Live, A>>> {
        std::vec![
            ("push", |vec, _| vec.push(Live::new(7))),
            ("insert first", |vec, _| vec.insert(0, Live::new(7))),
            ("insert amid", |vec, size| vec.insert(size / 2, Live::new(7))),
            ("insert last", |vec, size| vec.insert(size, Live::new(7))),
            ("extend", |vec, size| vec.extend(fresh(size + 1))),
            ("extend, unannounced", |vec, size| vec.extend(unannounced(size + 1))),
            ("extend from its clone", |vec, _| {
                let clone = vec.clone();
                vec.extend(clone);
            }),
            ("extend_from_slice", |vec, size| {
                let others = others(size + 1, vec);
                vec.extend_from_slice(&others);
            }),
            ("extend_from_within", |vec, size| vec.extend_from_within(size / 3..)),
            ("append", |vec, size| {
                let mut others = others(size + 1, vec);
                vec.append(&mut others);
            }),
            ("splice more", |vec, size| {
                drop(vec.splice(size / 3..size / 2, fresh(size + 2)));
            }),
            ("splice more, unannounced", |vec, size| {
                drop(vec.splice(size / 3..size / 2, unannounced(size + 2)));
            }),
            ("splice fewer", |vec, size| drop(vec.splice(size / 3.., fresh(1)))),
            ("splice at the end", |vec, _| drop(vec.splice(vec.len().., unannounced(5)))),
            ("splice, in part", |vec, size| {
                let mut removed = vec.splice(size / 3..size - size / 3, fresh(2 * size + 1));
                drop(removed.next());
                drop(removed.next_back());
            }),
            ("drain", |vec, size| drop(vec.drain(size / 3..size - size / 3))),
            ("retain", |vec, _| vec.retain(|element| element.clone().value % 3 > 0)),
            ("retain_mut", |vec, _| vec.retain_mut(|element| element.clone().value % 2 > 0)),
            ("dedup", |vec, _| {
                (0..2).for_each(|_| vec.push(Live::new(7)));
                vec.dedup();
            }),
            ("dedup_by_key", |vec, _| vec.dedup_by_key(|element| element.clone().value / 2)),
            ("resize", |vec, size| vec.resize(2 * size + 1, Live::new(7))),
            ("resize to fewer", |vec, size| vec.resize(size / 2, Live::new(7))),
            ("resize_with", |vec, size| vec.resize_with(2 * size + 1, || Live::new(7).clone())),
            ("reserve", |vec, size| vec.reserve(size + 10)),
            ("reserve_exact", |vec, size| vec.reserve_exact(size + 10)),
            ("try_reserve", |vec, size| vec.try_reserve(size + 10).unwrap()),
            ("shrink_to_fit", |vec, _| vec.shrink_to_fit()),
            ("shrink_to", |vec, size| vec.shrink_to(size + 1)),
            ("clear, and shrink_to_fit", |vec, _| {
                vec.clear();
                vec.shrink_to_fit();
            }),
            ("into_boxed_slice, and back", |vec, _| *vec = take(vec).into_boxed_slice().into_vec()),
            ("split_off", |vec, size| drop(vec.split_off(size / 2))),
            ("split_off all", |vec, _| drop(vec.split_off(0))),
            ("clone", |vec, _| *vec = vec.clone()),
            ("clone_from more", |vec, size| {
                let others = others(2 * size + 1, vec);
                vec.clone_from(&others);
            }),
            ("clone_from fewer", |vec, size| {
                let others = others(size / 2, vec);
                vec.clone_from(&others);
            }),
            ("into_iter, in part", |vec, size| {
                let mut elements = take(vec).into_iter();
                drop(elements.nth(size / 3));
                vec.extend(elements);
            }),
        ]
    }
}
