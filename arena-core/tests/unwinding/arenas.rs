//! The same operations in arenas that are almost full, which unwind wherever the limit refuses.

use std::cell::Cell;
use std::panic::{self, AssertUnwindSafe, catch_unwind};
use std::sync::Once;

use request_arena_core::{Arena, Site, scope};

use crate::faulty::Faulty;
use crate::live::take_wrong;
use crate::sweep::{Collection, show};

const LIMIT: usize = 8192;
/// An arena of one chunk, which is full at the limit.
static ONE: Site =
    Site::new("one chunk", module_path!(), file!(), line!()).with_limit(LIMIT).with_initial(8000);
/// An arena of several chunks. A block that grows moves to the next one.
static SEVERAL: Site =
    Site::new("several chunks", module_path!(), file!(), line!()).with_limit(LIMIT);

/// Runs all operations in arenas with little memory left, from none to more than enough. They
/// unwind wherever the limit refuses. Returns the mistakes, and how often a limit unwound.
pub(crate) fn mistakes_in_arenas<C: Collection>(bytes_of_element: usize) -> (Vec<String>, usize) {
    let fits =
        |bytes: &usize| scope(&ONE, |arena| arena.try_alloc_slice_fill_copy(*bytes, 0_u8).is_ok());
    let most = (0..LIMIT).rev().find(fits).unwrap();
    let (mut found, mut unwound) = (Vec::<String>::new(), 0);
    for bytes in (0..80).map(|elements| elements * bytes_of_element) {
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

thread_local! {
    static IS_QUIET: Cell<bool> = const { Cell::new(false) };
}

/// Runs `work` without the panic hook, which would print each of thousands of refusals.
fn quietly<R>(work: impl FnOnce() -> R) -> R {
    static HOOK: Once = Once::new();
    HOOK.call_once(|| {
        let hook = panic::take_hook();
        panic::set_hook(Box::new(move |info| {
            if !IS_QUIET.get() {
                hook(info);
            }
        }));
    });
    IS_QUIET.set(true);
    let result = work();
    IS_QUIET.set(false);
    result
}
