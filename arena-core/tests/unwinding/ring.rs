//! A ring buffer: std's, or the arena's own.

use crate::api::{Allocator, VecDeque, more_operations_of_a_ring};
use crate::live::{self, Live};
use crate::sweep::{Collection, Operation};
use crate::vectors::{fresh, unannounced};

pub(crate) struct Ring;

/// Moves the last element in front of the start of the ring, so that the elements wrap around.
fn wrapped<A: Allocator>(deque: &mut VecDeque<Live, A>) {
    if let Some(last) = deque.pop_back() {
        deque.push_front(last);
    }
}

fn deque_of<A: Allocator>(count: usize, allocator: A) -> VecDeque<Live, A> {
    let mut deque = VecDeque::new_in(allocator);
    deque.extend(fresh(count));
    wrapped(&mut deque);
    deque
}

impl Collection for Ring {
    type Over<A: Allocator + Clone> = VecDeque<Live, A>;

    const SIZES: &[usize] = &[0, 1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 33];
    const SPARE: &[usize] = &[0, 1, 9];

    fn empty<A: Allocator + Clone>(room: usize, allocator: A) -> VecDeque<Live, A> {
        VecDeque::with_capacity_in(room, allocator)
    }

    fn add<A: Allocator + Clone>(deque: &mut VecDeque<Live, A>, value: usize) {
        deque.push_back(Live::new(value));
        wrapped(deque);
    }

    fn count<A: Allocator + Clone>(deque: &VecDeque<Live, A>) -> (usize, usize) {
        (deque.len(), live::count(deque))
    }

    fn operations<A: Allocator + Clone>() -> Vec<Operation<VecDeque<Live, A>>> {
        let mut operations: Vec<Operation<VecDeque<Live, A>>> = vec![
            ("push_back", |deque, _| deque.push_back(Live::new(7))),
            ("push_front", |deque, _| deque.push_front(Live::new(7))),
            ("insert", |deque, size| deque.insert(size / 2, Live::new(7))),
            ("remove", |deque, size| drop(deque.remove(size / 2))),
            ("extend", |deque, size| deque.extend(fresh(size + 1))),
            ("extend, unannounced", |deque, size| deque.extend(unannounced(size + 1))),
            ("append", |deque, size| {
                let mut others = deque_of(size + 1, deque.allocator().clone());
                deque.append(&mut others);
            }),
            ("reserve", |deque, size| deque.reserve(size + 10)),
            ("shrink_to_fit", |deque, _| deque.shrink_to_fit()),
            ("retain", |deque, _| deque.retain(|element| element.clone().value % 3 > 0)),
            ("drain, in part", |deque, size| {
                drop(deque.drain(size / 3..size - size / 3).next_back().as_ref().cloned());
            }),
            ("clone", |deque, _| *deque = deque.clone()),
            ("clone_from", |deque, size| {
                let others = deque_of(2 * size + 1, deque.allocator().clone());
                deque.clone_from(&others);
            }),
        ];
        operations.extend(more_operations_of_a_ring());
        operations
    }
}
