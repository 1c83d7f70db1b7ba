//! Further arenas of one request. A fork lives as long as the request, and a child scope ends
//! earlier.
//!
//! Both are separate leases, never a rewind of the parent. So lifetimes alone distinguish a
//! reference into a child's memory from one into the parent's. Both count in the request's figures
//! and share its limit.

use core::ops::AsyncFnOnce;

use crate::arena::handle::Arena;
use crate::error::ArenaError;
use crate::lease::pointer::LeaseRef;
use crate::lease::{Before, Lease};
use crate::panics::Panics;
use crate::thread::arenas;

impl<'a> Arena<'a> {
    /// Opens a second handle of the same request, with an arena of its own. Its values live as long
    /// as the request.
    ///
    /// Use a fork for parallel work (`join!`, scoped threads, rayon), and for collections that [own
    /// their handle](crate::collections::owned).
    ///
    /// ```
    /// # use request_arena_core::{Site, scope};
    /// # static SITE: Site = Site::new("fork", module_path!(), file!(), line!());
    /// scope(&SITE, |arena| {
    ///     let fork = arena.fork();
    ///     let (a, b) = std::thread::scope(|threads| {
    ///         let other = threads.spawn(move || fork.alloc_str("there"));
    ///         (arena.alloc_str("here"), other.join().unwrap())
    ///     });
    ///     assert_eq!((&*a, &*b), ("here", "there"));
    /// });
    /// ```
    ///
    /// # Cost
    ///
    /// A fork takes an arena from the pool, and about 24 bytes of the request's arena for
    /// book-keeping.
    ///
    /// # Panics
    ///
    /// Panics under the same conditions as [`alloc`](Arena::alloc).
    #[must_use]
    pub fn fork(&self) -> Arena<'a> {
        match self.try_fork() {
            Ok(fork) => fork,
            Err(error) => self.lease().panic_with(error),
        }
    }

    /// Like [`fork`](Arena::fork), but returns an error instead of panicking.
    ///
    /// # Errors
    ///
    /// Fails under the same conditions as [`try_alloc`](Arena::try_alloc).
    pub fn try_fork(&self) -> Result<Arena<'a>, ArenaError> {
        let lease = self.lease();
        let memory = lease.allocate_at_end::<Box<Lease>>()?;
        // SAFETY: rule 4 (handle.rs): fresh memory with the entry's layout. It is valid until the
        // parent closes, and the parent closes the fork first.
        let fork = unsafe { lease.at_end.push_fork(memory, arenas::further(lease)) };
        // SAFETY: rule 3: the fork lies in the parent's memory. It stays in place and open until
        // the parent closes, which is after `'a`.
        let fork = unsafe { LeaseRef::new(fork) };
        // SAFETY: rule 1: this is the only handle of the fork.
        Ok(unsafe { Arena::at(fork) })
    }

    /// Runs `body` with an arena of its own, and frees that arena when `body` ends.
    ///
    /// A child scope suits the work of one document, one page, or one item of a stream, in a
    /// request that continues. To keep a value, allocate it through the outer handle, which `body`
    /// may borrow:
    ///
    /// ```
    /// # use request_arena_core::{Site, scope};
    /// # static SITE: Site = Site::new("child", module_path!(), file!(), line!());
    /// scope(&SITE, |arena| {
    ///     let longest = arena.scope(|scratch| {
    ///         let words = scratch.alloc_from_iter("to be or nothing".split(' '));
    ///         arena.alloc_str(words.iter().max_by_key(|word| word.len()).unwrap())
    ///     });
    ///     assert_eq!(longest, "nothing");
    ///     assert!(arena.used() < 10);
    /// });
    /// ```
    ///
    /// # Figures
    ///
    /// The request's `peak_used` and `reserved` include the child. The request's highest figure
    /// while the child was open and the child's own peak are added up. `used` does not include the
    /// child. The peak is exact unless both arenas freed bytes at different moments. In that case,
    /// the report marks it as [`AtMost`](crate::Exactness::AtMost).
    pub fn scope<R>(&self, body: impl FnOnce(Arena<'_>) -> R) -> R {
        let mut child = Child::open(self);
        body(child.arena())
    }

    /// The `async` version of [`scope`](Arena::scope). It takes `&mut self`, because `&Arena` is
    /// not `Send`. To keep a value after the child scope, fork the arena before the call and
    /// allocate the value in the fork.
    ///
    /// ```
    /// # use request_arena_core::{Site, scope_async};
    /// # static SITE: Site = Site::new("child_async", module_path!(), file!(), line!());
    /// # async fn next_item() -> Option<u32> { None }
    /// # fn spawn(_: impl Future<Output = ()> + Send) {}
    /// spawn(scope_async(&SITE, async |mut arena| {
    ///     while let Some(item) = next_item().await {
    ///         arena.scope_async(async |scratch| {
    ///             let text = request_arena_core::format!(in scratch, "{item}");
    ///             send(text).await;
    ///         }).await;
    ///     }
    /// }));
    /// # async fn send(_: &str) {}
    /// ```
    pub async fn scope_async<R>(&mut self, body: impl AsyncFnOnce(Arena<'_>) -> R) -> R {
        let mut child = Child::open(self.reborrow());
        body(child.arena()).await
    }
}

/// Owns the lease of a child scope, and is its only exit path.
struct Child<P: Parent> {
    /// `None` once the child is closed.
    lease: Option<Box<Lease>>,
    parent: P,
    before: Option<Before>,
}

/// The parent's handle: borrowed, or by value where the child must be `Send`.
trait Parent {
    fn lease(&self) -> &Lease;
}

impl Parent for &Arena<'_> {
    fn lease(&self) -> &Lease {
        Arena::lease(self)
    }
}

impl Parent for Arena<'_> {
    fn lease(&self) -> &Lease {
        Arena::lease(self)
    }
}

impl<P: Parent> Child<P> {
    fn open(parent: P) -> Self {
        let before = Some(parent.lease().child_opens());
        Self { lease: Some(arenas::further(parent.lease())), parent, before }
    }

    fn arena(&mut self) -> Arena<'_> {
        match &mut self.lease {
            Some(lease) => Arena::new(lease),
            None => unreachable!("it is closed last"),
        }
    }
}

impl<P: Parent> Drop for Child<P> {
    fn drop(&mut self) {
        let mut panics = Panics::default();
        let Some(lease) = self.lease.take() else { return };
        let figures = arenas::close_child(lease, &mut panics);
        if let Some(before) = self.before.take() {
            self.parent.lease().child_ended(before, &figures);
        }
        panics.resume();
    }
}
