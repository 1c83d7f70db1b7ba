//! The contract of std's trait, call by call: any layouts, in any order, each block with its bytes.

use std::alloc::{Allocator, Layout};
use std::ptr::NonNull;

use request_arena_core::{Site, scope};

static PLAIN: Site = Site::new("contract", module_path!(), file!(), line!());
static LIMITED: Site =
    Site::new("contract, limited", module_path!(), file!(), line!()).with_limit(24 << 10);

/// xorshift64*.
struct Random(u64);

impl Random {
    fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 33) as usize % end
    }

    fn layout(&mut self) -> Layout {
        let size = match self.below(8) {
            0 => 0,
            1..5 => self.below(64),
            5 | 6 => self.below(1000),
            _ => self.below(9000),
        };
        Layout::from_size_align(size, 1 << self.below(10)).unwrap()
    }
}

/// A block, filled with `byte`.
struct Block {
    memory: NonNull<u8>,
    layout: Layout,
    byte: u8,
}

impl Block {
    /// Takes over a block that must have these bytes, then zeros if `is_zeroed`, and fills it.
    fn new(
        memory: NonNull<[u8]>,
        layout: Layout,
        (kept, old): (usize, u8),
        is_zeroed: bool,
        byte: u8,
    ) -> Self {
        assert!(memory.len() >= layout.size());
        let memory = memory.cast::<u8>();
        assert_eq!(memory.addr().get() % layout.align(), 0);
        for place in 0..if is_zeroed { layout.size() } else { kept } {
            // SAFETY: within the block, and initialised: kept from before, or zeroed.
            let found = unsafe { memory.add(place).read() };
            assert_eq!(found, if place < kept { old } else { 0 }, "byte {place} of {layout:?}");
        }
        // SAFETY: the block has this size.
        unsafe { memory.write_bytes(byte, layout.size()) };
        Self { memory, layout, byte }
    }
}

/// Returns the number of calls that were refused.
fn keeps_its_contract<A: Allocator>(allocator: &A, random: &mut Random) -> u32 {
    let (mut blocks, mut refused): (Vec<Block>, u32) = (Vec::new(), 0);
    for _ in 0..300 {
        let (is_zeroed, byte) = (random.below(2) == 0, 1 + random.below(255) as u8);
        let choice = if blocks.is_empty() { 0 } else { random.below(5) };
        if choice < 2 {
            let layout = random.layout();
            let made = match is_zeroed {
                true => allocator.allocate_zeroed(layout),
                false => allocator.allocate(layout),
            };
            match made {
                Ok(memory) => blocks.push(Block::new(memory, layout, (0, 0), is_zeroed, byte)),
                Err(_) => refused += 1,
            }
            continue;
        }
        let place = random.below(blocks.len().min(3));
        let place = blocks.len() - 1 - place;
        let Block { memory, layout, byte: old } = blocks.swap_remove(place);
        let other = random.layout();
        let (kept, done) = match choice {
            2 => {
                let new = layout.size() + other.size();
                let new = Layout::from_size_align(new, other.align()).unwrap();
                // SAFETY: the block is of this allocator, and `new` is not smaller.
                let grown = unsafe {
                    match is_zeroed {
                        true => allocator.grow_zeroed(memory, layout, new),
                        false => allocator.grow(memory, layout, new),
                    }
                };
                (layout.size(), grown.map(|grown| (grown, new)))
            }
            3 => {
                let new = random.below(layout.size() + 1);
                let new = Layout::from_size_align(new, other.align()).unwrap();
                // SAFETY: the block is of this allocator, and `new` is not larger.
                let shrunk = unsafe { allocator.shrink(memory, layout, new) };
                (new.size(), shrunk.map(|shrunk| (shrunk, new)))
            }
            _ => {
                // SAFETY: the block is of this allocator.
                unsafe { allocator.deallocate(memory, layout) };
                continue;
            }
        };
        match done {
            Ok((memory, new)) => {
                let is_zeroed = is_zeroed && choice == 2;
                blocks.push(Block::new(memory, new, (kept, old), is_zeroed, byte));
            }
            // The old block is as it was.
            Err(_) => {
                refused += 1;
                blocks.push(Block { memory, layout, byte: old });
            }
        }
    }
    for Block { memory, layout, byte } in blocks {
        let slice = NonNull::slice_from_raw_parts(memory, layout.size());
        Block::new(slice, layout, (layout.size(), byte), false, byte);
        // SAFETY: the block is of this allocator.
        unsafe { allocator.deallocate(memory, layout) };
    }
    refused
}

#[test]
fn each_call_keeps_the_contract() {
    let mut random = Random(7);
    let mut refused = 0;
    for site in [&PLAIN, &LIMITED] {
        for _ in 0..40 {
            scope(site, |arena| {
                let fork = arena.fork();
                keeps_its_contract(&arena, &mut random);
                refused += keeps_its_contract(&&fork, &mut random);
                refused += keeps_its_contract(&arena.fallible(), &mut random);
                // The trait's objects and `by_ref` lead to the same arena.
                let object: &dyn Allocator = &&arena;
                refused += keeps_its_contract(&object, &mut random);
                refused += keeps_its_contract(&arena.by_ref().by_ref(), &mut random);
                refused += arena.scope(|child| keeps_its_contract(&child, &mut random));
            });
        }
    }
    assert!(refused > 100, "{refused}");
}

#[test]
fn a_size_that_nothing_has_is_refused() {
    for site in [&PLAIN, &LIMITED] {
        scope(site, |arena| {
            for (size, align) in [
                (isize::MAX as usize, 1),
                (isize::MAX as usize - 4095, 4096),
                (1 << 47, 1 << 40),
                (1, 1 << 62),
                (0, 1 << 46),
            ] {
                let layout = Layout::from_size_align(size, align).unwrap();
                if let Ok(memory) = (&arena).allocate(layout) {
                    assert_eq!((size, memory.cast::<u8>().addr().get() % align), (0, 0));
                }
                if size > 0 {
                    assert!(arena.fallible().allocate_zeroed(layout).is_err());
                }
            }
        });
    }
}
