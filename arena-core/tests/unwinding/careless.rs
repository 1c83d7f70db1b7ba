//! A collection that is not sound if the allocator unwinds. The sweep must find each of its
//! mistakes.

use std::{mem, ptr};

use crate::api::{Allocator, Vec};
use crate::live::{self, Live};
use crate::sweep::{Collection, Operation};

pub(crate) struct Careless;

/// The elements and their number, which is kept apart.
type Counted<A> = (Vec<Live, A>, usize);

impl Collection for Careless {
    type Over<A: Allocator + Clone> = Counted<A>;

    const SIZES: &[usize] = &[2];
    const SPARE: &[usize] = &[0];

    fn empty<A: Allocator + Clone>(room: usize, allocator: A) -> Counted<A> {
        (Vec::with_capacity_in(room, allocator), 0)
    }

    fn add<A: Allocator + Clone>((elements, count): &mut Counted<A>, value: usize) {
        elements.push(Live::new(value));
        *count = elements.len();
    }

    fn count<A: Allocator + Clone>((elements, count): &Counted<A>) -> (usize, usize) {
        (*count, live::count(elements))
    }

    fn operations<A: Allocator + Clone>() -> std::vec::Vec<Operation<Counted<A>>> {
        std::vec![
            ("push", |(elements, count), _| {
                *count += 1;
                elements.push(Live::new(7));
            }),
            ("rotate", |(elements, count), _| {
                // SAFETY: none, which is the point. The vector has the first element twice until
                // the end.
                let first = unsafe { ptr::read(&raw const elements[0]) };
                mem::forget(mem::replace(&mut elements[1], first));
                elements.reserve(10);
                let first = elements.remove(0);
                elements.push(Live::new(7));
                mem::forget(first);
                *count = elements.len();
            }),
            ("replace", |(elements, _), _| {
                let last = mem::ManuallyDrop::new(elements.pop());
                elements.reserve(10);
                elements.extend(mem::ManuallyDrop::into_inner(last));
            }),
        ]
    }
}
