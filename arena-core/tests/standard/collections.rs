//! Those collections of std that stay sound when an allocator unwinds.

use std::collections::{BinaryHeap, LinkedList, VecDeque};
use std::rc::Rc;

use crate::api::{Allocator, Vec};
use crate::live::{self, Live};
use crate::sweep::{Collection, Operation};
use crate::vectors::fresh;

/// What the arena's own ring does not have.
pub(crate) fn more_operations_of_a_ring<A: Allocator + Clone>() -> [Operation<VecDeque<Live, A>>; 4]
{
    [
        ("resize_with", |deque, size| deque.resize_with(2 * size + 1, || Live::new(7).clone())),
        ("shrink_to", |deque, size| deque.shrink_to(size + 1)),
        ("split_off", |deque, size| drop(deque.split_off(size / 2))),
        ("to a vec, and back", |deque, _| {
            let empty = VecDeque::new_in(deque.allocator().clone());
            let mut vec = Vec::from(std::mem::replace(deque, empty));
            vec.shrink_to_fit();
            *deque = VecDeque::from(vec);
        }),
    ]
}

pub(crate) struct Heap;

impl Collection for Heap {
    type Over<A: Allocator + Clone> = BinaryHeap<Live, A>;

    const SIZES: &[usize] = &[0, 1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 33];
    const SPARE: &[usize] = &[0, 1, 9];

    fn empty<A: Allocator + Clone>(room: usize, allocator: A) -> BinaryHeap<Live, A> {
        BinaryHeap::with_capacity_in(room, allocator)
    }

    fn add<A: Allocator + Clone>(heap: &mut BinaryHeap<Live, A>, value: usize) {
        heap.push(Live::new(value));
    }

    fn count<A: Allocator + Clone>(heap: &BinaryHeap<Live, A>) -> (usize, usize) {
        (heap.len(), live::count(heap))
    }

    fn operations<A: Allocator + Clone>() -> std::vec::Vec<Operation<BinaryHeap<Live, A>>> {
        std::vec![
            ("push", |heap, _| heap.push(Live::new(7))),
            ("pop", |heap, _| drop(heap.pop())),
            ("extend", |heap, size| heap.extend(fresh(size + 1))),
            ("append", |heap, size| {
                let mut others = BinaryHeap::new_in(heap.allocator().clone());
                others.extend(fresh(size + 1));
                heap.append(&mut others);
            }),
            ("reserve", |heap, size| heap.reserve(size + 10)),
            ("shrink_to_fit", |heap, _| heap.shrink_to_fit()),
            ("retain", |heap, _| heap.retain(|element| element.clone().value % 3 > 0)),
            ("clone", |heap, _| *heap = heap.clone()),
            ("clone_from", |heap, size| {
                let mut others = BinaryHeap::new_in(heap.allocator().clone());
                others.extend(fresh(2 * size + 1));
                heap.clone_from(&others);
            }),
        ]
    }
}

pub(crate) struct List;

impl Collection for List {
    type Over<A: Allocator + Clone> = (LinkedList<Live, A>, A);

    const SIZES: &[usize] = &[0, 1, 2, 5];
    const SPARE: &[usize] = &[0];

    fn empty<A: Allocator + Clone>(_: usize, allocator: A) -> (LinkedList<Live, A>, A) {
        (LinkedList::new_in(allocator.clone()), allocator)
    }

    fn add<A: Allocator + Clone>((list, _): &mut (LinkedList<Live, A>, A), value: usize) {
        list.push_back(Live::new(value));
    }

    fn count<A: Allocator + Clone>((list, _): &(LinkedList<Live, A>, A)) -> (usize, usize) {
        (list.len(), live::count(list))
    }

    fn operations<A: Allocator + Clone>() -> std::vec::Vec<Operation<(LinkedList<Live, A>, A)>> {
        std::vec![
            ("push_back", |(list, _), _| list.push_back(Live::new(7))),
            ("push_front", |(list, _), _| list.push_front(Live::new(7))),
            ("extend", |(list, _), size| list.extend(fresh(size + 1))),
            ("split_off", |(list, _), size| drop(list.split_off(size / 2))),
            ("clone", |(list, _), _| *list = list.clone()),
            ("clone_from", |(list, allocator), size| {
                let mut others = LinkedList::new_in(allocator.clone());
                others.extend(fresh(2 * size + 1));
                list.clone_from(&others);
            }),
        ]
    }
}

pub(crate) struct Counted;

type Pointers<A> = (std::vec::Vec<Rc<Live, A>>, A);

impl Collection for Counted {
    type Over<A: Allocator + Clone> = Pointers<A>;

    const SIZES: &[usize] = &[0, 1, 3];
    const SPARE: &[usize] = &[0];

    fn empty<A: Allocator + Clone>(_: usize, allocator: A) -> Pointers<A> {
        (std::vec::Vec::new(), allocator)
    }

    fn add<A: Allocator + Clone>((list, allocator): &mut Pointers<A>, value: usize) {
        list.push(Rc::new_in(Live::new(value), allocator.clone()));
    }

    fn count<A: Allocator + Clone>((list, _): &Pointers<A>) -> (usize, usize) {
        (list.len(), live::count(list.iter().map(|element| &**element)))
    }

    fn operations<A: Allocator + Clone>() -> std::vec::Vec<Operation<Pointers<A>>> {
        std::vec![
            ("new_in", |(list, allocator), _| {
                list.push(Rc::new_in(Live::new(7), allocator.clone()));
            }),
            ("make_mut", |(list, _), _| {
                for element in list {
                    let mut other = Rc::clone(element);
                    Rc::make_mut(&mut other).value += 1;
                }
            }),
            ("make_mut, with a weak one", |(list, _), _| {
                for element in list {
                    let weak = Rc::downgrade(element);
                    Rc::make_mut(element).value += 1;
                    drop(weak.upgrade());
                }
            }),
            ("from a box", |(_, allocator), _| {
                let boxed = Box::new_in(Live::new(7), allocator.clone());
                drop(Rc::<Live, A>::from(boxed));
            }),
            ("new_cyclic_in", |(list, allocator), _| {
                list.push(Rc::new_cyclic_in(
                    |weak| {
                        drop(weak.upgrade());
                        Live::new(7).clone()
                    },
                    allocator.clone(),
                ));
            }),
        ]
    }
}
