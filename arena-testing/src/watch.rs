//! The watch of one test, and how work on other threads is counted in.

use core::marker::PhantomData;
use core::pin::Pin;
use core::task::{Context, Poll};
use std::sync::Arc;

use pin_project_lite::pin_project;

use super::log::{Log, Tally, Whose};

/// Sees the scopes that a test opens, from here on. The test's first statement.
///
/// ```
/// # use request_arena_core::{Site, scope_async};
/// # use request_arena_testing as testing;
/// # static SITE: Site = Site::new("search", module_path!(), file!(), line!());
/// # async fn search(query: &str) { scope_async(&SITE, async |arena| arena.alloc_str(query).len()).await; }
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// // #[tokio::test] async fn a_search_is_small() {
/// let watch = testing::watch();
/// search("to be or not to be").await;
/// watch.scope("search").peak_used_at_most("4 KiB");
/// # }
/// ```
///
/// If jemalloc is the global allocator, it is [started](request_arena_memory::jemalloc::start), so that heap
/// allocations are counted.
#[must_use = "assert something about the scopes that it sees"]
pub fn watch() -> Watch {
    super::memory::start_allocator();
    Watch { log: Log::open(), every_thread: false, of_thread: PhantomData }
}

/// What a test has seen of its scopes since [`watch`]. It belongs to its thread.
#[derive(Debug)]
pub struct Watch {
    log: Arc<Log>,
    every_thread: bool,
    /// It is this thread's until it is dropped.
    of_thread: PhantomData<*const ()>,
}

impl Watch {
    /// Counts scopes of all threads but those of other watches; see
    /// [whose scopes](super#whose-scopes).
    pub fn on_every_thread(mut self) -> Self {
        self.every_thread = true;
        self
    }

    /// For work on other threads.
    #[must_use]
    pub fn handle(&self) -> Handle {
        Handle(Arc::clone(&self.log))
    }

    pub(super) fn log(&self) -> &Log {
        &self.log
    }

    pub(super) fn counts(&self, whose: Whose) -> bool {
        whose == Whose::Own || self.every_thread
    }

    /// The sites whose scopes ended, one tally each.
    pub(super) fn tallies(&self) -> Vec<Tally> {
        let mut sites: Vec<Tally> = Vec::new();
        for tally in self.log.tallies().into_iter().filter(|tally| self.counts(tally.whose)) {
            match sites.iter_mut().find(|site| site.site == tally.site) {
                Some(site) => site.merge(&tally),
                None => sites.push(tally),
            }
        }
        sites
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        self.log.close();
    }
}

/// Counts the work of other threads in with a [`Watch`].
///
/// ```
/// # use request_arena_core::{Site, scope};
/// # use request_arena_testing as testing;
/// # static SITE: Site = Site::new("resize", module_path!(), file!(), line!());
/// # fn resize() { scope(&SITE, |arena| _ = arena.alloc(1)); }
/// let watch = testing::watch();
/// let handle = watch.handle();
/// std::thread::spawn(move || handle.run(resize)).join().unwrap();
/// watch.scope("resize").peak_used_at_most(100);
/// ```
#[derive(Clone, Debug)]
pub struct Handle(Arc<Log>);

impl Handle {
    /// Scopes that `work` opens on this thread are the watch's.
    pub fn run<R>(&self, work: impl FnOnce() -> R) -> R {
        let _entered = Entered::new(&self.0);
        work()
    }

    /// Scopes that `future` opens are the watch's, wherever it is polled:
    /// `tokio::spawn(handle.around(..))`.
    pub fn around<F>(&self, future: F) -> Around<F> {
        Around { handle: self.clone(), future }
    }

    /// All scopes that this thread opens are the watch's, from now on: for `on_thread_start` of a
    /// runtime that the test builds.
    pub fn adopt(&self) {
        self.0.enter();
    }
}

struct Entered<'l>(&'l Log);

impl<'l> Entered<'l> {
    fn new(log: &'l Log) -> Self {
        log.enter();
        Self(log)
    }
}

impl Drop for Entered<'_> {
    fn drop(&mut self) {
        self.0.leave();
    }
}

pin_project! {
    /// A future whose scopes are a watch's. Made by [`Handle::around`].
    #[derive(Debug)]
    #[must_use = "futures do nothing unless polled"]
    pub struct Around<F> {
        handle: Handle,
        #[pin]
        future: F,
    }
}

impl<F: Future> Future for Around<F> {
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<F::Output> {
        let this = self.project();
        let _entered = Entered::new(&this.handle.0);
        this.future.poll(context)
    }
}
