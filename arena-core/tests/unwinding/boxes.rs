//! `Box`: of a slice, and of single values.

use std::mem;

use crate::api::{Allocator, Box, Vec, into_inner};
use crate::live::{self, Live};
use crate::sweep::{Collection, Operation};
use crate::vectors::fresh;

pub(crate) struct Slice;

fn boxed<A: Allocator>(count: usize, allocator: A) -> Box<[Live], A> {
    let mut vec = Vec::new_in(allocator);
    vec.extend(fresh(count));
    vec.into_boxed_slice()
}

fn take<A: Allocator + Clone>(from: &mut Box<[Live], A>) -> Vec<Live, A> {
    let empty = Vec::new_in(Box::allocator(from).clone()).into_boxed_slice();
    mem::replace(from, empty).into_vec()
}

impl Collection for Slice {
    type Over<A: Allocator + Clone> = Box<[Live], A>;

    const SIZES: &[usize] = &[0, 1, 2, 7, 8, 9];
    const SPARE: &[usize] = &[0];

    fn empty<A: Allocator + Clone>(_: usize, allocator: A) -> Box<[Live], A> {
        Vec::new_in(allocator).into_boxed_slice()
    }

    fn add<A: Allocator + Clone>(slice: &mut Box<[Live], A>, value: usize) {
        let mut vec = take(slice);
        vec.push(Live::new(value));
        *slice = vec.into_boxed_slice();
    }

    fn count<A: Allocator + Clone>(slice: &Box<[Live], A>) -> (usize, usize) {
        (slice.len(), live::count(slice.iter()))
    }

    fn operations<A: Allocator + Clone>() -> std::vec::Vec<Operation<Box<[Live], A>>> {
        std::vec![
            ("clone", |slice, _| *slice = slice.clone()),
            ("clone_from as many", |slice, size| {
                let other = boxed(size, Box::allocator(slice).clone());
                slice.clone_from(&other);
            }),
            ("clone_from more", |slice, size| {
                let other = boxed(size + 1, Box::allocator(slice).clone());
                slice.clone_from(&other);
            }),
            ("into_vec, and back", |slice, size| {
                let mut vec = take(slice);
                vec.extend(fresh(size));
                *slice = vec.into_boxed_slice();
            }),
            ("from a vec", |slice, _| *slice = Box::from(take(slice))),
        ]
    }
}

pub(crate) struct Boxes;

type ListOfBoxes<A> = std::vec::Vec<Box<Live, A>>;

impl Collection for Boxes {
    type Over<A: Allocator + Clone> = (ListOfBoxes<A>, A);

    const SIZES: &[usize] = &[0, 1, 2, 9];
    const SPARE: &[usize] = &[0];

    fn empty<A: Allocator + Clone>(_: usize, allocator: A) -> (ListOfBoxes<A>, A) {
        (std::vec::Vec::new(), allocator)
    }

    fn add<A: Allocator + Clone>((list, allocator): &mut (ListOfBoxes<A>, A), value: usize) {
        list.push(Box::new_in(Live::new(value), allocator.clone()));
    }

    fn count<A: Allocator + Clone>((list, _): &(ListOfBoxes<A>, A)) -> (usize, usize) {
        (list.len(), live::count(list.iter().map(|element| &**element)))
    }

    fn operations<A: Allocator + Clone>() -> std::vec::Vec<Operation<(ListOfBoxes<A>, A)>> {
        std::vec![
            ("new_in", |(list, allocator), _| {
                list.push(Box::new_in(Live::new(7), allocator.clone()));
            }),
            ("try_new_in", |(list, allocator), _| {
                list.extend(Box::try_new_in(Live::new(7), allocator.clone()).ok());
            }),
            ("clone", |(list, _), _| {
                let clones = list.clone();
                list.extend(clones);
            }),
            ("clone_from", |(list, allocator), _| {
                let other = Box::new_in(Live::new(7), allocator.clone());
                list.iter_mut().for_each(|element| element.clone_from(&other));
            }),
            ("into_inner", |(list, allocator), _| {
                let values: std::vec::Vec<Live> = list.drain(..).map(into_inner).collect();
                list.extend(values.into_iter().map(|value| Box::new_in(value, allocator.clone())));
            }),
        ]
    }
}
