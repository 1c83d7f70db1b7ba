//! The watch of one test, and the handle that adds work on other threads.

use core::marker::PhantomData;
use core::pin::Pin;
use core::task::{Context, Poll};
use std::sync::Arc;

use pin_project_lite::pin_project;

use super::log::{Log, Owner, Tally};

/// Starts to watch the scopes that this test opens. Call it first in a test.
///
/// ```
/// # use request_arena_core::{Site, scope_async};
/// # use request_arena_testing as testing;
/// # static SITE: Site = Site::new("search", module_path!(), file!(), line!());
/// # async fn search(query: &str) {
/// #     scope_async(&SITE, async |arena| arena.alloc_str(query).len()).await;
/// # }
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// // #[tokio::test] async fn a_search_is_small() {
/// let watch = testing::watch();
/// search("to be or not to be").await;
/// watch.scope("search").peak_used_at_most("4 KiB");
/// # }
/// ```
///
/// If jemalloc is the global allocator, this [starts](request_arena_memory::jemalloc::start) it,
/// and heap allocations are counted.
#[must_use = "assert something about the scopes that it sees"]
pub fn watch() -> Watch {
    super::memory::start_allocator();
    Watch { log: Log::open(), every_thread: false, of_thread: PhantomData }
}

/// The scopes of a test since [`watch`]. It belongs to its thread.
#[derive(Debug)]
pub struct Watch {
    log: Arc<Log>,
    every_thread: bool,
    /// Keeps the watch on its thread.
    of_thread: PhantomData<*const ()>,
}

impl Watch {
    /// Counts the scopes of all threads, except those of other watches. See
    /// [which scopes a test sees](super#which-scopes-a-test-sees).
    pub fn on_every_thread(mut self) -> Self {
        self.every_thread = true;
        self
    }

    /// Returns a handle that adds work on other threads.
    #[must_use]
    pub fn handle(&self) -> Handle {
        Handle(Arc::clone(&self.log))
    }

    pub(super) fn log(&self) -> &Log {
        &self.log
    }

    pub(super) fn counts(&self, owner: Owner) -> bool {
        owner == Owner::Own || self.every_thread
    }

    /// The handlers with ended scopes, one tally each.
    pub(super) fn tallies(&self) -> Vec<Tally> {
        let mut sites: Vec<Tally> = Vec::new();
        for tally in self.log.tallies().into_iter().filter(|tally| self.counts(tally.owner)) {
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

/// Adds the work of other threads to a [`Watch`].
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
    /// Runs `work` and adds the scopes that it opens on this thread.
    pub fn run<R>(&self, work: impl FnOnce() -> R) -> R {
        let _entered = Entered::new(&self.0);
        work()
    }

    /// Adds the scopes that `future` opens, wherever it is polled:
    /// `tokio::spawn(handle.around(..))`.
    pub fn around<F>(&self, future: F) -> Around<F> {
        Around { handle: self.clone(), future }
    }

    /// Adds all scopes that this thread opens from now on. Call it in `on_thread_start` of a
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
    /// A future that adds its scopes to a watch. [`Handle::around`] creates it.
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
