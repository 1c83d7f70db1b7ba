//! The sweep: each operation of a collection, from each size, unwinds at each point in turn. Then
//! the collection is shown, grown, shown again and dropped.

use crate::api::Allocator;
use crate::fault;
use crate::faulty::Faulty;
use crate::live::{take_wrong, wrong};

/// An operation, its name, and the number of elements that it may add or remove.
pub(crate) type Operation<C> = (&'static str, fn(&mut C, usize));

/// A collection of [`Live`](crate::live::Live) elements over any allocator.
pub(crate) trait Collection {
    type Over<A: Allocator + Clone>;

    /// Sizes around those at which the collection grows.
    const SIZES: &[usize];
    /// The room for elements that it has beyond its size.
    const SPARE: &[usize];

    /// Makes an empty collection with room for `room` elements.
    fn empty<A: Allocator + Clone>(room: usize, allocator: A) -> Self::Over<A>;

    /// Adds an element.
    fn add<A: Allocator + Clone>(collection: &mut Self::Over<A>, value: usize);

    /// Returns the length that the collection claims, and the number of elements that it shows.
    fn count<A: Allocator + Clone>(collection: &Self::Over<A>) -> (usize, usize);

    fn operations<A: Allocator + Clone>() -> Vec<Operation<Self::Over<A>>>;
}

pub(crate) fn show<C: Collection, A: Allocator + Clone>(collection: &C::Over<A>) {
    let (claimed, shown) = C::count(collection);
    if claimed != shown {
        wrong("has another length than it shows elements");
    }
}

/// Runs all operations over the allocator that unwinds, and returns the mistakes, each with the
/// first case in which it happened.
pub(crate) fn mistakes<C: Collection>() -> Vec<String> {
    let mut found = Vec::new();
    for (name, operation) in C::operations::<Faulty>() {
        found.extend(of_operation::<C>(name, operation));
    }
    found
}

/// The mistakes of one operation: each kind once.
fn of_operation<C: Collection>(
    name: &str,
    operation: fn(&mut C::Over<Faulty>, usize),
) -> Vec<String> {
    let mut found: Vec<(String, String)> = Vec::new();
    for (&size, &spare) in
        C::SIZES.iter().flat_map(|size| C::SPARE.iter().map(move |spare| (size, spare)))
    {
        let mut chosen = 0;
        loop {
            let mut has_come = false;
            for is_used in [false, true] {
                has_come = case::<C>(size, spare, chosen, operation, is_used);
                for wrong in take_wrong() {
                    if !found.iter().any(|(known, _)| *known == wrong) {
                        let case = format!("{size} elements, room {spare}, point {chosen}");
                        found.push((wrong, case));
                    }
                }
            }
            if !has_come {
                break;
            }
            chosen += 1;
        }
    }
    found.into_iter().map(|(wrong, case)| format!("{name} {wrong} ({case})")).collect()
}

fn case<C: Collection>(
    size: usize,
    spare: usize,
    chosen: usize,
    operation: fn(&mut C::Over<Faulty>, usize),
    is_used: bool,
) -> bool {
    let mut collection = C::empty(size + spare, Faulty);
    (0..size).for_each(|value| C::add(&mut collection, value));
    let has_come = fault::at(chosen, || operation(&mut collection, size));
    if is_used {
        show::<C, _>(&collection);
        (0..3).for_each(|value| C::add(&mut collection, 1000 + value));
        show::<C, _>(&collection);
    }
    has_come
}
