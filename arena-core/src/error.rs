//! The error of every `try_*` method. It says how many bytes did not fit, in which scope's arena,
//! and against which limit.

use core::alloc::Layout;
use core::fmt;

use crate::printable::printable;
use crate::site::Site;

/// The error of an arena that cannot allocate.
///
/// Every `try_*` method returns it. The methods without `try_` panic with its text.
///
/// ```
/// use request_arena_core::{ArenaError, Site, scope};
///
/// static SITE: Site =
///     Site::new("thumbnail", module_path!(), file!(), line!()).with_limit(64 * 1024);
///
/// let result = scope(&SITE, |arena| arena.try_alloc_slice_fill_copy(1 << 20, 0_u8).map(drop));
/// let error: ArenaError = result.unwrap_err();
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
    /// The limit, reached in code that allocates through `&Bump`. Such code does not report the
    /// size of its request.
    LimitOfBump(usize),
    OutOfMemory,
    TooLarge,
}

impl ArenaError {
    /// The site's limit refused a chunk for `layout`. If the site has no limit, the global
    /// allocator refused it.
    pub(crate) fn refused(site: &'static Site, layout: Layout, reserved: usize) -> Self {
        let cause = site.limit().map_or(Cause::OutOfMemory, Cause::Limit);
        Self { site, cause, requested: layout.size(), reserved }
    }

    /// The site's limit, or the global allocator, refused `requested` bytes to a response buffer.
    pub(crate) fn refused_to_buffer(
        site: &'static Site,
        requested: usize,
        reserved: usize,
    ) -> Self {
        let cause = site.limit().map_or(Cause::OutOfMemory, Cause::Limit);
        Self { site, cause, requested, reserved }
    }

    /// The site's limit stopped code that allocates through `&Bump`.
    pub(crate) fn refused_by_bump(site: &'static Site, reserved: usize) -> Self {
        Self {
            site,
            cause: site.limit().map_or(Cause::OutOfMemory, Cause::LimitOfBump),
            requested: 0,
            reserved,
        }
    }

    /// The size exceeds the largest layout (`isize::MAX` bytes).
    pub(crate) fn too_large(site: &'static Site, reserved: usize) -> Self {
        Self { site, cause: Cause::TooLarge, requested: usize::MAX, reserved }
    }

    /// Returns the annotated function (or the scope) that the arena belongs to.
    #[must_use]
    pub fn site(&self) -> &'static Site {
        self.site
    }

    /// Returns the bytes that the refused call requested.
    ///
    /// This is `usize::MAX` if the size does not fit the address space. It is 0 for a raw `&Bump`,
    /// which does not report the size.
    #[must_use]
    pub fn requested(&self) -> usize {
        self.requested
    }

    /// Returns the bytes of chunks that the arena, its forks and child scopes held at the refusal.
    #[must_use]
    pub fn reserved(&self) -> usize {
        self.reserved
    }

    /// Returns the limit that was reached, in bytes.
    ///
    /// This is `None` if the global allocator refused, or if the size is impossible.
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
        let name = printable(site.name());
        match self.cause {
            Cause::Limit(limit) => write!(
                f,
                "the arena of `{name}` is at its limit: {requested} bytes requested, {reserved} of \
                 {limit} bytes taken"
            )?,
            Cause::LimitOfBump(limit) => {
                write!(
                    f,
                    "the arena of `{name}` is at its limit: {reserved} of {limit} bytes taken, \
                     through `&Bump`"
                )?;
            }
            Cause::OutOfMemory => write!(
                f,
                "out of memory: the global allocator refused the arena of `{name}` a chunk for \
                 {requested} bytes, with {reserved} bytes taken; a `limit` would refuse it earlier"
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
