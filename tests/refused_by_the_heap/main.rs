//! A global allocator that refuses large blocks: growth goes on in smaller ones, and moves few
//! bytes.

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use std::ptr::NonNull;

use allocator_api2::alloc::{AllocError, Allocator};
use allocator_api2::vec::Vec;
use request_arena::{Site, scope, try_format};

/// The largest block that the allocator grants.
const LARGEST: usize = 1 << 20;

struct RefusesLarge;

// SAFETY: every method forwards to the system's allocator, or returns null.
unsafe impl GlobalAlloc for RefusesLarge {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        if layout.size() > LARGEST {
            return std::ptr::null_mut();
        }
        // SAFETY: the caller keeps the contract.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, memory: *mut u8, layout: Layout) {
        // SAFETY: the caller keeps the contract.
        unsafe { System.dealloc(memory, layout) };
    }
}

#[global_allocator]
static HEAP: RefusesLarge = RefusesLarge;

/// Counts the bytes that growth moves.
struct Counting<'m, A> {
    arena: A,
    moved: &'m Cell<usize>,
}

// SAFETY: every method forwards to the other allocator.
unsafe impl<A: Allocator> Allocator for Counting<'_, A> {
    fn allocate(&self, layout: Layout) -> Result<NonNull<[u8]>, AllocError> {
        self.arena.allocate(layout)
    }

    unsafe fn deallocate(&self, memory: NonNull<u8>, layout: Layout) {
        // SAFETY: the caller keeps the contract.
        unsafe { self.arena.deallocate(memory, layout) };
    }

    unsafe fn grow(
        &self,
        memory: NonNull<u8>,
        old: Layout,
        new: Layout,
    ) -> Result<NonNull<[u8]>, AllocError> {
        // SAFETY: the caller keeps the contract.
        let grown = unsafe { self.arena.grow(memory, old, new) }?;
        if grown.cast() != memory {
            self.moved.set(self.moved.get() + old.size());
        }
        Ok(grown)
    }
}

#[test]
fn growth_by_one_after_a_refusal_moves_little() {
    static SITE: Site = Site::new("refused by the heap", module_path!(), file!(), line!());
    // Also small chunks after large ones.
    for small_chunks in [0, 3] {
        scope(&SITE, |arena| {
            let moved = Cell::new(0);
            let mut list = Vec::new_in(Counting { arena: arena.fallible(), moved: &moved });
            for number in 0_u64.. {
                if list.len() == list.capacity()
                    && list.try_reserve(1).is_err()
                    && list.try_reserve_exact(1).is_err()
                {
                    break;
                }
                list.push(number);
                if list.len() % 50_000 == 0 {
                    (0..small_chunks)
                        .for_each(|_| _ = arena.try_alloc_slice_fill_copy(LARGEST / 4, 0_u8));
                }
            }
            let bytes = 8 * list.len();
            assert!(bytes > LARGEST / 3, "only {bytes} bytes fit");
            assert!(moved.get() <= 10 * bytes, "{} bytes moved for {bytes}", moved.get());
            assert!(list.iter().copied().eq(0..list.len() as u64));
        });
    }
}

#[test]
fn slices_and_texts_end_with_an_error() {
    static SITE: Site = Site::new("endless", module_path!(), file!(), line!());
    scope(&SITE, |arena| {
        let count = Cell::new(0_u64);
        let endless = (0_u64..).filter(|_| count.replace(count.get() + 1) < u64::MAX);
        assert_eq!(arena.try_alloc_from_iter(endless).map(|_| ()).unwrap_err().limit(), None);
        assert!(count.get() > (LARGEST / 3 / 8) as u64, "{} elements", count.get());
        let wide = "x".repeat(LARGEST / 2);
        assert!(try_format!(in arena, "{wide}{wide}{wide}").is_err());
        assert!(arena.try_alloc([0_u8; 1000]).is_ok());
    });
}
