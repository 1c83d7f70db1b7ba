//! The sweep: each operation of a collection, from each size, unwinds at each point in turn. Then
//! the collection is shown, grown, shown again and dropped.

use std::panic::{AssertUnwindSafe, catch_unwind};

use request_arena_core::{Arena, Site, scope};

use crate::api::Allocator;
use crate::fault::{self, quietly};
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
    /// The bytes of an element.
    const BYTES: usize;

    /// Makes an empty collection with room for `room` elements.
    fn empty<A: Allocator + Clone>(room: usize, allocator: A) -> Self::Over<A>;

    /// Adds an element.
    fn add<A: Allocator + Clone>(collection: &mut Self::Over<A>, value: usize);

    /// Returns the length that the collection claims, and the number of elements that it shows.
    fn count<A: Allocator + Clone>(collection: &Self::Over<A>) -> (usize, usize);

    fn operations<A: Allocator + Clone>() -> Vec<Operation<Self::Over<A>>>;
}

fn show<C: Collection, A: Allocator + Clone>(collection: &C::Over<A>) {
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

const LIMIT: usize = 8192;
/// An arena of one chunk, which is full at the limit.
static ONE: Site =
    Site::new("one chunk", module_path!(), file!(), line!()).with_limit(LIMIT).with_initial(8000);
/// An arena of several chunks. A block that grows moves to the next one.
static SEVERAL: Site =
    Site::new("several chunks", module_path!(), file!(), line!()).with_limit(LIMIT);

/// Runs all operations in arenas with little memory left, from none to more than enough. They
/// unwind wherever the limit refuses. Returns the mistakes, and how often a limit unwound.
pub(crate) fn mistakes_in_arenas<C: Collection>() -> (Vec<String>, usize) {
    let fits =
        |bytes: &usize| scope(&ONE, |arena| arena.try_alloc_slice_fill_copy(*bytes, 0_u8).is_ok());
    let most = (0..LIMIT).rev().find(fits).unwrap();
    let (mut found, mut unwound) = (Vec::<String>::new(), 0);
    for bytes in (0..80).map(|elements| elements * C::BYTES) {
        for (site, taken) in [(&ONE, most.saturating_sub(bytes)), (&SEVERAL, bytes % 3000)] {
            for case in 0..C::operations::<Faulty>().len() * IN_ARENAS.len() {
                let (operation, size) = (case / IN_ARENAS.len(), IN_ARENAS[case % IN_ARENAS.len()]);
                let name = scope(site, |arena| {
                    arena.alloc_slice_fill_copy(taken, 0_u8);
                    let (name, has_unwound) = in_arena::<C>(&arena, operation, size);
                    unwound += usize::from(has_unwound);
                    name
                });
                for wrong in take_wrong() {
                    let text = format!("{name} {wrong}");
                    if !found.iter().any(|known| known.starts_with(&text)) {
                        found.push(format!("{text} ({size} elements, {taken} bytes taken)"));
                    }
                }
            }
        }
    }
    (found, unwound)
}

/// Sizes of collections in arenas.
const IN_ARENAS: [usize; 3] = [0, 5, 16];

/// Returns the operation's name, and whether the limit unwound.
fn in_arena<'b, C: Collection>(
    arena: &'b Arena<'b>,
    operation: usize,
    size: usize,
) -> (&'static str, bool) {
    let (name, operation) = C::operations::<&'b Arena<'b>>()[operation];
    let mut collection = C::empty(0, arena);
    // Only what was added can be removed.
    let mut added = 0;
    let mut has_unwound = refusable(|| {
        while added < size {
            C::add(&mut collection, added);
            added += 1;
        }
    });
    show::<C, _>(&collection);
    has_unwound |= refusable(|| operation(&mut collection, added));
    show::<C, _>(&collection);
    has_unwound |= refusable(|| (1000..1003).for_each(|value| C::add(&mut collection, value)));
    show::<C, _>(&collection);
    (name, has_unwound)
}

/// Runs `work`, and returns whether the limit unwound. Any other panic goes on.
fn refusable(work: impl FnOnce()) -> bool {
    let Err(payload) = quietly(|| catch_unwind(AssertUnwindSafe(work))) else { return false };
    match payload.downcast_ref::<String>() {
        Some(text) if text.contains("limit") => true,
        text => panic!("not a refusal: {text:?}"),
    }
}
