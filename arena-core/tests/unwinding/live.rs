//! An element that knows whether it lives. It notices if a collection shows or drops an element
//! that is dead, was never made, or is there twice. It holds a block of the heap, so that
//! AddressSanitizer and valgrind see the same.

use std::cell::{Cell, RefCell};
use std::cmp::Ordering;
use std::collections::HashSet;
use std::hash::{Hash, Hasher};
use std::mem;

use crate::fault;

const MAGIC: u64 = 0x6C69_7665_6C69_7665;

thread_local! {
    static ALIVE: RefCell<HashSet<u64>> = RefCell::new(HashSet::new());
    static MADE: Cell<u64> = const { Cell::new(0) };
    static WRONG: RefCell<Vec<String>> = const { RefCell::new(Vec::new()) };
}

/// Notes a mistake of the collection under test. It must not panic, because it is called in `drop`.
pub(crate) fn wrong(text: &str) {
    WRONG.with_borrow_mut(|wrong| wrong.push(text.to_owned()));
}

/// Takes the mistakes since the last call, with the elements that were never dropped.
pub(crate) fn take_wrong() -> Vec<String> {
    let mut wrong = WRONG.take();
    let leaked = ALIVE.take().len();
    if leaked > 0 {
        wrong.push(format!("{leaked} elements were never dropped"));
    }
    wrong
}

#[derive(Debug)]
pub(crate) struct Live {
    id: u64,
    pub(crate) value: usize,
    heap: Box<u64>,
}

impl Live {
    pub(crate) fn new(value: usize) -> Self {
        let id = MADE.replace(MADE.get() + 1);
        ALIVE.with_borrow_mut(|alive| alive.insert(id));
        Self { id, value, heap: Box::new(MAGIC ^ id) }
    }

    fn is_alive(&self) -> bool {
        ALIVE.with_borrow(|alive| alive.contains(&self.id)) && *self.heap == MAGIC ^ self.id
    }
}

/// Counts the elements that a collection shows, and checks that they are alive and distinct.
pub(crate) fn count<'l>(elements: impl IntoIterator<Item = &'l Live>) -> usize {
    let mut seen = HashSet::new();
    let mut count = 0;
    for element in elements {
        if !element.is_alive() {
            wrong("shows an element that is not alive");
        } else if !seen.insert(element.id) {
            wrong("shows an element twice");
        }
        count += 1;
        if count > 10_000 {
            wrong("shows elements without an end");
            break;
        }
    }
    count
}

impl Drop for Live {
    fn drop(&mut self) {
        if !ALIVE.with_borrow_mut(|alive| alive.remove(&self.id)) {
            wrong("drops an element that is not alive");
            // A second free of the block would end the test before it can report.
            mem::forget(mem::replace(&mut self.heap, Box::new(0)));
        }
    }
}

impl Clone for Live {
    fn clone(&self) -> Self {
        fault::point();
        Self::new(self.value)
    }
}

impl Hash for Live {
    fn hash<H: Hasher>(&self, state: &mut H) {
        fault::point();
        self.value.hash(state);
    }
}

impl PartialEq for Live {
    fn eq(&self, other: &Self) -> bool {
        fault::point();
        self.value == other.value
    }
}

impl Eq for Live {}

impl Ord for Live {
    fn cmp(&self, other: &Self) -> Ordering {
        fault::point();
        self.value.cmp(&other.value)
    }
}

impl PartialOrd for Live {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}
