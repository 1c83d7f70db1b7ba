//! The memory after N requests equals that after 2N: the test for what grows with every request and
//! belongs to no arena, as a map that is never emptied or an `Arc<Mutex<Bump>>` somewhere.
//!
//! After N requests everything is warm: caches, pools, what is made once. From N to 2N nothing but
//! a leak should grow. The second N is as many as all before, so that a `Vec` or a map that doubles
//! its capacity does so at least once meanwhile, and no growth hides in room that was there
//! already. What is found to have grown is looked at twice more, from 2N to 4N and from 4N to 8N: a
//! cache that was not full yet, or another test's memory, does not grow every time.

mod allocator;
mod reading;
mod turns;

use core::panic::Location;

use self::reading::Reader;
use self::turns::{Course, Turn};

pub(super) use self::allocator::start as start_allocator;
pub use self::reading::Source;

/// So many requests, for a test of whether they leave memory behind.
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

/// See [`requests`].
#[derive(Clone, Copy, Debug)]
#[must_use = "call `.leave_no_memory(..)` to make the requests"]
pub struct Requests {
    count: u64,
    of_this_thread: bool,
}

/// What was found of memory that does not grow.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Steady {
    /// Where the figures are from.
    pub source: Source,
    /// How many requests had been made, and how many bytes there were then. A thread that frees
    /// what others allocated may have less than none.
    pub readings: Vec<(u64, i64)>,
    /// Bytes up to which two readings count as the same: what does not grow with requests and
    /// cannot be taken out.
    pub tolerance_bytes: u64,
}

impl Steady {
    /// Bytes that a request may leave behind unseen: the tolerance, shared among the requests
    /// between the last two readings.
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
    /// Counts what this thread allocates and frees, instead of what the process holds: exactly, and
    /// whatever other tests do at the same time. It needs jemalloc, and requests whose memory is
    /// allocated and freed on the test's thread.
    pub fn on_this_thread(mut self) -> Self {
        self.of_this_thread = true;
        self
    }

    /// Calls `request` as often as was said, reads the memory, does the same again, and compares.
    ///
    /// The figure is jemalloc's live bytes, if it is the global allocator, or else the process's
    /// anonymous memory (Linux), which is coarse: then take many requests. The pool of arenas is
    /// [emptied](request_arena_core::trim) before each reading. What other tests of the process
    /// allocate meanwhile counts, unless [`on_this_thread`](Self::on_this_thread); of these
    /// assertions one runs at a time. What `cargo test` captures of the test's output is memory
    /// too.
    ///
    /// # Panics
    /// If the memory grows, and grows again; if it cannot be read; or if the number of requests is
    /// 0.
    #[track_caller]
    pub fn leave_no_memory(self, mut request: impl FnMut()) -> Steady {
        let (_turn, mut course) = (Turn::wait(), self.begin());
        while let Some(more) = course.next() {
            (0..more).for_each(|_| request());
        }
        match course.judge() {
            Ok(steady) => steady,
            Err(failure) => failure.panic(),
        }
    }

    /// As [`leave_no_memory`](Self::leave_no_memory), of requests that are awaited, one after the
    /// other.
    ///
    /// # Panics
    /// As there.
    #[track_caller]
    pub fn leave_no_memory_async(
        self,
        mut request: impl AsyncFnMut(),
    ) -> impl Future<Output = Steady> {
        let place = Location::caller();
        async move {
            let (_turn, mut course) = (Turn::come().await, self.begin());
            while let Some(more) = course.next() {
                for _ in 0..more {
                    request().await;
                }
            }
            course.judge().unwrap_or_else(|failure| failure.at(place).panic())
        }
    }

    #[track_caller]
    fn begin(self) -> Course {
        assert!(
            self.count > 0,
            "0 requests prove nothing: give a number, as in `testing::requests(1000)`"
        );
        match Reader::new(self.of_this_thread) {
            Ok(reader) => Course::new(self.count, reader),
            Err(failure) => failure.panic(),
        }
    }
}
