//! The call stacks of jemalloc's samples, each with a number.
//!
//! jemalloc calls the hook of a sample with the stack. The hook may allocate: jemalloc serves it
//! from an arena of its own, and takes no sample of it. Stacks are never freed, because a stack
//! that was seen comes again. Their number is bounded.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// The number of stacks that are kept. With forty calls each they take 1.3 MiB. Further ones have
/// the number 0.
const MOST: usize = 4096;

/// Return addresses, the innermost first.
type Frames = &'static [usize];

#[derive(Debug)]
struct Stacks {
    numbers: HashMap<Frames, u32>,
    all: Vec<Frames>,
}

static STACKS: Mutex<Option<Stacks>> = Mutex::new(None);

/// The number of a stack, from 1 on. 0 if too many stacks are known.
pub(super) fn number(frames: &[usize]) -> u32 {
    let mut stacks = lock();
    let stacks = stacks.get_or_insert_with(|| Stacks { numbers: HashMap::new(), all: Vec::new() });
    if let Some(number) = stacks.numbers.get(frames) {
        return *number;
    }
    if stacks.all.len() >= MOST {
        return 0;
    }
    let frames: Frames = Box::leak(Box::from(frames));
    stacks.all.push(frames);
    let number = stacks.all.len() as u32;
    stacks.numbers.insert(frames, number);
    number
}

/// The call stacks of [`heap::live::by_stack`](request_arena_core::heap::live::by_stack): return
/// addresses, the innermost first. The first one has the number 1.
///
/// At most 4096 stacks have a number. The call costs some microseconds.
#[must_use]
pub fn live_stacks() -> Vec<&'static [usize]> {
    // Nothing is allocated under the lock: a sample of that would wait for the lock.
    let mut all = Vec::with_capacity(MOST);
    if let Some(stacks) = &*lock() {
        all.extend_from_slice(&stacks.all);
    }
    all
}

fn lock() -> MutexGuard<'static, Option<Stacks>> {
    STACKS.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stack_keeps_its_number_and_too_many_have_none() {
        assert_eq!(number(&[7, 8, 9]), 1);
        assert_eq!(number(&[7, 8]), 2);
        assert_eq!(number(&[7, 8, 9]), 1);
        assert_eq!(live_stacks(), [&[7, 8, 9][..], &[7, 8]]);
        for address in 3..=MOST {
            assert_eq!(number(&[address]), address as u32);
        }
        assert_eq!((number(&[MOST + 1]), number(&[7, 8])), (0, 2));
        assert_eq!(live_stacks().len(), MOST);
    }
}
