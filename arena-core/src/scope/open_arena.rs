//! The owner of an open arena. The expansion of `#[request_arena]` binds it to the user's name.

use core::fmt;

use super::nested;
use crate::arena::handle::Arena;
use crate::buffer::Place;
use crate::lease::Lease;
use crate::panics::Panics;
use crate::site::Site;
use crate::thread::{arenas, parking};

/// The owner of a scope's arena, separate from the [run](super::run::ScopeRun) around it.
pub struct OpenArena {
    /// `None` once the arena is closed.
    lease: Option<Box<Lease>>,
}

impl OpenArena {
    #[inline(always)]
    pub(crate) fn new(mut lease: Box<Lease>, site: &'static Site) -> Self {
        lease.open(site);
        Self { lease: Some(lease) }
    }

    /// Moves the arena to another owner. Dropping `self` then closes nothing.
    pub(super) fn take(&mut self) -> Self {
        Self { lease: self.lease.take() }
    }

    /// Takes the lease, if it is [simple](Lease::is_simple).
    #[inline(always)]
    pub(crate) fn take_simple(&mut self) -> Option<Box<Lease>> {
        self.lease.take_if(|lease| lease.is_simple())
    }

    /// Puts the result of [`OpenArena::take_simple`] back.
    #[cold]
    pub(crate) fn put_back(&mut self, lease: Box<Lease>) {
        self.lease = Some(lease);
    }

    /// The arena's handle. It borrows the owner mutably, so only one exists at a time.
    #[inline(always)]
    #[must_use]
    pub fn arena(&mut self) -> Arena<'_> {
        match &mut self.lease {
            Some(lease) => Arena::new(lease),
            None => unreachable!("it is closed last"),
        }
    }

    /// The scope, for the buffers of its response.
    #[inline(always)]
    #[must_use]
    pub fn place(&self) -> Place {
        match &self.lease {
            Some(lease) => Place::of(lease),
            None => unreachable!("it is closed last"),
        }
    }

    /// The arena as `&Bump`, for a handler that declares its parameter with this type.
    #[inline]
    #[must_use]
    pub fn bump(&mut self) -> &bumpalo::Bump {
        self.arena().into_bump()
    }
}

impl Drop for OpenArena {
    /// Closes the arena, and parks it for its run.
    #[inline(always)]
    fn drop(&mut self) {
        if let Some(lease) = self.lease.take() {
            if lease.is_simple() {
                parking::park(lease);
            } else {
                close_in_full(lease);
            }
        }
    }
}

#[cold]
#[inline(never)]
fn close_in_full(lease: Box<Lease>) {
    let mut panics = Panics::default();
    let (lease, figures) = nested::end(&mut panics, |panics| arenas::close(lease, panics));
    lease.home().store(&figures);
    parking::park(lease);
    panics.resume();
}

impl fmt::Debug for OpenArena {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let site = self.lease.as_deref().map(Lease::site);
        f.debug_struct("OpenArena").field("site", &site).finish_non_exhaustive()
    }
}
