//! A budget of the service holds on every path of allocation, under any number of threads. An
//! allocator counts the bytes of all chunks, apart from the crate's own account.

use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::MutexGuard;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};

use request_arena::{configure, report, trim};

#[cfg(target_pointer_width = "64")]
mod huge;
mod measured;
mod over_time;
mod parsed;
mod paths;
mod pool;
mod raw;
mod soak;
#[path = "../support/mod.rs"]
mod support;

/// Bytes of the chunks that exist, and the most at any moment since [`under`].
static HELD: AtomicUsize = AtomicUsize::new(0);
static MOST: AtomicUsize = AtomicUsize::new(0);

struct CountsChunks;

/// Whether a block is a chunk of an arena: it and 16 bytes fill a power of two or whole pages. No
/// other type of these tests has such a size and this alignment.
fn is_chunk(layout: Layout) -> bool {
    let whole = layout.size() + 16;
    layout.align() >= 16 && whole >= 128 && (whole.is_power_of_two() || whole % 4096 == 0)
}

// SAFETY: every method forwards to the system's allocator.
unsafe impl GlobalAlloc for CountsChunks {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        if is_chunk(layout) {
            let held = HELD.fetch_add(layout.size(), SeqCst) + layout.size();
            MOST.fetch_max(held, SeqCst);
        }
        // SAFETY: the caller keeps the contract.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, memory: *mut u8, layout: Layout) {
        // SAFETY: the caller keeps the contract.
        unsafe { System.dealloc(memory, layout) };
        if is_chunk(layout) {
            HELD.fetch_sub(layout.size(), SeqCst);
        }
    }
}

#[global_allocator]
static HEAP: CountsChunks = CountsChunks;

/// The only test with a budget at the moment. There is no budget after it.
struct Budget {
    bytes: usize,
    _alone: MutexGuard<'static, ()>,
}

/// Sets a budget, while nothing else holds an arena.
fn under(bytes: usize) -> Budget {
    let alone = support::alone();
    trim();
    assert_eq!(report().budget.taken_bytes, HELD.load(SeqCst), "before the test");
    configure(|settings| settings.budget = Some(bytes));
    MOST.store(HELD.load(SeqCst), SeqCst);
    Budget { bytes, _alone: alone }
}

impl Budget {
    /// Checks that all chunks together never exceeded the budget, and that the account is right.
    fn held(&self) {
        let most = MOST.load(SeqCst);
        assert!(most <= self.bytes, "{most} bytes of chunks exceed the budget of {}", self.bytes);
        assert_eq!(report().budget.taken_bytes, HELD.load(SeqCst), "the account");
    }
}

impl Drop for Budget {
    fn drop(&mut self) {
        configure(|settings| settings.budget = None);
        trim();
    }
}
