//! Asserts that memory after 2N requests equals memory after N requests. It finds memory that grows
//! with every request outside of arenas, such as a map that is never emptied or an
//! `Arc<Mutex<Bump>>`.
//!
//! After N requests all caches, pools and statics are warm. From N to 2N only a leak should grow. A
//! `Vec` or a map that doubles its capacity does so at least once from N to 2N, so growth cannot
//! hide in spare capacity. If memory has grown, two more rounds follow, from 2N to 4N and from 4N
//! to 8N. A cache that was not full yet, or another test's memory, does not grow in every round.

mod allocator;
mod reading;
mod turns;

use core::panic::Location;

use self::reading::Reader;
use self::turns::{Rounds, Turn};

pub(super) use self::allocator::start as start_allocator;
pub use self::reading::Source;

/// Prepares an assertion that this number of requests leaves no memory behind.
///
/// ```
/// use request_arena_core::{Site, scope};
/// use request_arena_testing as testing;
///
/// static SEARCH: Site = Site::new("search", module_path!(), file!(), line!());
/// # if cfg!(target_os = "linux") {
/// testing::requests(1000).leave_no_memory(|| {
///     scope(&SEARCH, |arena| arena.alloc_slice_fill_copy(3000, 1_u8).len());
/// });
/// # }
/// ```
#[must_use = "call `.leave_no_memory(..)` to make the requests"]
pub fn requests(count: u64) -> Requests {
    Requests { count, of_this_thread: false }
}

/// An assertion about the memory of a number of requests. [`requests`] creates it.
#[derive(Clone, Copy, Debug)]
#[must_use = "call `.leave_no_memory(..)` to make the requests"]
pub struct Requests {
    count: u64,
    of_this_thread: bool,
}

/// The readings of memory that does not grow.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Steady {
    /// The source of the figures.
    pub source: Source,
    /// The number of requests made so far, and the bytes at that time. For one thread, bytes can be
    /// below zero, if it frees memory of other threads.
    pub readings: Vec<(u64, i64)>,
    /// Differences of up to this many bytes count as equal.
    pub tolerance_bytes: u64,
}

impl Steady {
    /// Bytes that each request may leave behind without being noticed: the tolerance over the
    /// number of requests between the last two readings.
    #[must_use]
    pub fn unseen_per_request(&self) -> f64 {
        match self.readings[..] {
            [.., (from, _), (to, _)] if to > from => {
                self.tolerance_bytes as f64 / (to - from) as f64
            }
            _ => f64::INFINITY,
        }
    }
}

impl Requests {
    /// Counts the bytes that this thread allocates and frees, instead of the process's memory. The
    /// figures are exact, and other tests do not disturb them. It needs jemalloc, and requests that
    /// allocate and free on the test's thread.
    pub fn on_this_thread(mut self) -> Self {
        self.of_this_thread = true;
        self
    }

    /// Calls `request` for the number of requests, reads the memory, repeats both, and compares.
    ///
    /// The figure is jemalloc's live bytes, if that is the global allocator. Otherwise it is the
    /// process's anonymous memory (Linux), which is coarse and needs many requests. Each reading
    /// [empties](request_arena_core::trim) the pool of arenas first, or with
    /// [`on_this_thread`](Self::on_this_thread) the part of it that this thread keeps.
    ///
    /// Memory of other tests in the process counts, unless [`on_this_thread`](Self::on_this_thread)
    /// is set. Only one such assertion runs at a time. The output that `cargo test` captures counts
    /// as memory, too.
    ///
    /// # Panics
    ///
    /// Panics if the memory grows in every round, if it cannot be read, or if the number of
    /// requests is 0.
    #[track_caller]
    pub fn leave_no_memory(self, mut request: impl FnMut()) -> Steady {
        let (_turn, mut rounds) = (Turn::wait(), self.begin());
        while let Some(more) = rounds.next() {
            (0..more).for_each(|_| request());
        }
        match rounds.judge() {
            Ok(steady) => steady,
            Err(failure) => failure.panic(),
        }
    }

    /// Like [`leave_no_memory`](Self::leave_no_memory), but awaits the requests, one after another.
    ///
    /// # Panics
    ///
    /// Panics under the same conditions as [`leave_no_memory`](Self::leave_no_memory).
    #[track_caller]
    pub fn leave_no_memory_async(
        self,
        mut request: impl AsyncFnMut(),
    ) -> impl Future<Output = Steady> {
        let place = Location::caller();
        async move {
            let (_turn, mut rounds) = (Turn::come().await, self.begin());
            while let Some(more) = rounds.next() {
                for _ in 0..more {
                    request().await;
                }
            }
            rounds.judge().unwrap_or_else(|failure| failure.at(place).panic())
        }
    }

    #[track_caller]
    fn begin(self) -> Rounds {
        assert!(
            self.count > 0,
            "0 requests prove nothing: give a number, as in `testing::requests(1000)`"
        );
        match Reader::new(self.of_this_thread) {
            Ok(reader) => Rounds::new(self.count, reader),
            Err(failure) => failure.panic(),
        }
    }
}
