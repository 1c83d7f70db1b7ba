//! As an allocator, the arena keeps the contract of `Allocator`. Blocks are aligned and disjoint
//! and keep their content, also after refusals and beside a raw `&Bump`.

use core::alloc::Layout;
use core::ptr::NonNull;
use std::cell::Cell;

use allocator_api2::alloc::Allocator;
use proptest::prelude::*;
use proptest::sample::Index;
use request_arena::{Arena, Site, scope};

static FREE: Site = Site::new("contract", module_path!(), file!(), line!());
static LIMITED: Site =
    Site::new("contract at the limit", module_path!(), file!(), line!()).with_limit(20_000);

#[derive(Clone, Debug)]
enum Step {
    Allocate(Layout),
    /// By this many bytes, this often, with another alignment.
    Grow(Pick, usize, usize, usize),
    /// To this percentage, with another alignment.
    Shrink(Pick, usize, usize),
    Free(Pick),
    /// Through the `&Bump`.
    Raw(usize),
    Fork,
}

/// The newest block, or any block.
#[derive(Clone, Debug)]
enum Pick {
    Newest,
    Any(Index),
}

fn step() -> impl Strategy<Value = Step> {
    let align = || prop_oneof![3 => Just(8_usize), 1 => (0_u32..10).prop_map(|bits| 1 << bits)];
    let pick = || prop_oneof![Just(Pick::Newest), any::<Index>().prop_map(Pick::Any)];
    let size = prop_oneof![Just(0_usize), 1_usize..64, 64_usize..3000];
    let layout = (size, align())
        .prop_map(|(size, align)| Layout::from_size_align(size, align).expect("a layout"));
    prop_oneof![
        6 => layout.prop_map(Step::Allocate),
        4 => (pick(), 0_usize..2000, Just(1), align()).prop_map(
            |(p, more, times, align)| Step::Grow(p, more, times, align),
        ),
        4 => (pick(), 1_usize..20, 1_usize..60, Just(8))
            .prop_map(|(p, more, times, align)| Step::Grow(p, more, times, align)),
        3 => (pick(), 0_usize..=100, align()).prop_map(
            |(p, percent, align)| Step::Shrink(p, percent, align),
        ),
        3 => pick().prop_map(Step::Free),
        1 => (0_usize..2000).prop_map(Step::Raw),
        1 => Just(Step::Fork),
    ]
}

/// A block that is filled with the byte `tag`.
struct Block {
    memory: NonNull<u8>,
    layout: Layout,
    tag: u8,
}

impl Block {
    fn new(memory: NonNull<[u8]>, layout: Layout, tag: u8) -> Self {
        let block = Self { memory: memory.cast(), layout, tag };
        assert!(memory.len() >= layout.size());
        block.fill(0);
        block
    }

    fn fill(&self, from: usize) {
        assert_eq!(self.memory.addr().get() % self.layout.align(), 0);
        // SAFETY: the block has these bytes.
        let rest = unsafe { self.memory.add(from) };
        // SAFETY: as above.
        unsafe { rest.write_bytes(self.tag, self.layout.size() - from) };
    }

    fn check(&self, bytes: usize) {
        // SAFETY: all bytes of the block were written.
        let content = unsafe { core::slice::from_raw_parts(self.memory.as_ptr(), bytes) };
        assert!(content.iter().all(|byte| *byte == self.tag), "another block wrote into this one");
    }
}

fn picked(pick: &Pick, blocks: &[Block]) -> Option<usize> {
    match pick {
        _ if blocks.is_empty() => None,
        Pick::Newest => Some(blocks.len() - 1),
        Pick::Any(index) => Some(index.index(blocks.len())),
    }
}

fn take(steps: &[Step], arena: &Arena<'_>, refused: &Cell<u32>) {
    let mut blocks: Vec<Block> = Vec::new();
    let allocator = arena.fallible();
    for (step, tag) in steps.iter().zip((1..=255).cycle()) {
        match step {
            Step::Allocate(layout) => match allocator.allocate(*layout) {
                Ok(memory) => blocks.push(Block::new(memory, *layout, tag)),
                Err(_) => refused.set(refused.get() + 1),
            },
            Step::Grow(pick, more, times, align) => {
                let Some(index) = picked(pick, &blocks) else { continue };
                let mut block = blocks.remove(index);
                for _ in 0..*times {
                    let old = block.layout;
                    let new = Layout::from_size_align(old.size() + more, *align).expect("a layout");
                    // SAFETY: the block and its layout are the allocator's, and the new layout is
                    // not smaller.
                    let Ok(grown) = (unsafe { allocator.grow(block.memory, old, new) }) else {
                        refused.set(refused.get() + 1);
                        break;
                    };
                    block = Block { memory: grown.cast(), layout: new, tag: block.tag };
                    block.check(old.size());
                    block.fill(old.size());
                }
                blocks.push(block);
            }
            Step::Shrink(pick, percent, align) => {
                let Some(index) = picked(pick, &blocks) else { continue };
                let old = blocks[index].layout;
                let new =
                    Layout::from_size_align(old.size() * percent / 100, *align).expect("a layout");
                // SAFETY: the block and its layout are the allocator's, and the new layout is not
                // larger.
                let Ok(shrunk) = (unsafe { allocator.shrink(blocks[index].memory, old, new) })
                else {
                    continue;
                };
                blocks[index] =
                    Block { memory: shrunk.cast(), layout: new, tag: blocks[index].tag };
            }
            Step::Free(pick) => {
                let Some(index) = picked(pick, &blocks) else { continue };
                let block = blocks.remove(index);
                block.check(block.layout.size());
                // SAFETY: the block and its layout are the allocator's, and the block is not used
                // again.
                unsafe { allocator.deallocate(block.memory, block.layout) };
            }
            Step::Raw(bytes) => {
                if let Ok(slice) = arena.bump().try_alloc_slice_fill_copy(*bytes, tag) {
                    let layout = Layout::array::<u8>(*bytes).expect("a layout");
                    blocks.push(Block::new(NonNull::from(slice), layout, tag));
                }
            }
            Step::Fork => _ = arena.try_fork().map(|fork| fork.try_alloc(tag).map(|_| ())),
        }
        blocks.iter().for_each(|block| block.check(block.layout.size()));
    }
}

proptest! {
    #[test]
    fn blocks_keep_their_content(steps in proptest::collection::vec(step(), 1..120)) {
        let refused = Cell::new(0);
        scope(&FREE, |arena| take(&steps, &arena, &refused));
        prop_assert_eq!(refused.get(), 0);
        scope(&LIMITED, |arena| {
            take(&steps, &arena, &refused);
            assert!(arena.reserved() <= 20_000 + 40 * crate::BOOK_KEEPING);
        });
    }
}

#[test]
fn a_collection_grows_after_the_raw_bump_was_handed_out() {
    static RAW: Site = Site::new("raw, then grow", module_path!(), file!(), line!());
    scope(&RAW, |arena| {
        _ = arena.bump();
        let mut list = request_arena::collections::Vec::new_in(&arena);
        (0..100_000_u32).for_each(|number| list.push(number));
        assert!(list.iter().copied().eq(0..100_000));
    });
}
