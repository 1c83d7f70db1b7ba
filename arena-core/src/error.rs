//! The one error of every `try_*` method: what did not fit, in which scope's arena, and against
//! which limit.

use core::alloc::Layout;
use core::fmt;

use crate::site::Site;

/// Why an arena could not hand out memory. Every `try_*` method returns it; the methods without
/// `try_` panic with its text.
///
/// ```
/// use request_arena_core::{ArenaError, Site, scope};
///
/// static SITE: Site = Site::new("thumbnail", module_path!(), file!(), line!()).with_limit(64 * 1024);
///
/// let error: ArenaError = scope(&SITE, |arena| arena.try_alloc_slice_fill_copy(1 << 20, 0_u8).map(drop)).unwrap_err();
/// assert_eq!(error.requested(), 1 << 20);
/// assert_eq!(error.limit(), Some(64 * 1024));
/// assert!(error.to_string().starts_with("the arena of `thumbnail` is at its limit"));
/// ```
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct ArenaError {
    site: &'static Site,
    cause: Cause,
    requested: usize,
    reserved: usize,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Cause {
    Limit(usize),
    /// Within code that allocates through `&Bump`, which does not say what it asked for.
    LimitOfBump(usize),
    OutOfMemory,
    TooLarge,
}

impl ArenaError {
    /// A chunk for `layout` was refused, by the site's limit where it has one, else by the global
    /// allocator.
    pub(crate) fn refused(site: &'static Site, layout: Layout, reserved: usize) -> Self {
        let cause = site.limit().map_or(Cause::OutOfMemory, Cause::Limit);
        Self { site, cause, requested: layout.size(), reserved }
    }

    /// The site's limit ended code that allocates through `&Bump`.
    pub(crate) fn refused_by_bump(site: &'static Site, reserved: usize) -> Self {
        Self {
            site,
            cause: site.limit().map_or(Cause::OutOfMemory, Cause::LimitOfBump),
            requested: 0,
            reserved,
        }
    }

    /// A size that no layout can describe (more than `isize::MAX` bytes).
    pub(crate) fn too_large(site: &'static Site, reserved: usize) -> Self {
        Self { site, cause: Cause::TooLarge, requested: usize::MAX, reserved }
    }

    /// The annotated function (or the scope) whose arena refused.
    #[must_use]
    pub fn site(&self) -> &'static Site {
        self.site
    }

    /// Bytes that the refused call asked for; `usize::MAX` when the size does not fit the address
    /// space, and 0 where a raw `&Bump` was asked, which does not say.
    #[must_use]
    pub fn requested(&self) -> usize {
        self.requested
    }

    /// Bytes of chunks that the arena, its forks and child scopes held when it refused.
    #[must_use]
    pub fn reserved(&self) -> usize {
        self.reserved
    }

    /// The limit that was reached, in bytes; `None` when the global allocator refused or the size
    /// is impossible.
    #[must_use]
    pub fn limit(&self) -> Option<usize> {
        match self.cause {
            Cause::Limit(bytes) | Cause::LimitOfBump(bytes) => Some(bytes),
            Cause::OutOfMemory | Cause::TooLarge => None,
        }
    }
}

impl fmt::Display for ArenaError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { site, requested, reserved, .. } = self;
        let name = site.name();
        match self.cause {
            Cause::Limit(limit) => write!(
                f,
                "the arena of `{name}` is at its limit: {requested} bytes requested, {reserved} of {limit} bytes taken"
            )?,
            Cause::LimitOfBump(limit) => {
                write!(
                    f,
                    "the arena of `{name}` is at its limit: {reserved} of {limit} bytes taken, through `&Bump`"
                )?;
            }
            Cause::OutOfMemory => write!(
                f,
                "out of memory: the global allocator refused the arena of `{name}` a chunk for {requested} bytes, with {reserved} bytes taken"
            )?,
            Cause::TooLarge => write!(
                f,
                "the arena of `{name}` was asked for more bytes than the address space has"
            )?,
        }
        write!(f, " ({}:{})", site.file(), site.line())
    }
}

impl fmt::Debug for ArenaError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl core::error::Error for ArenaError {}
