//! The error of every `try_*` method. It says how many bytes did not fit, in which scope's arena,
//! and what refused them: the scope's limit, the service's budget, or the allocator.

use core::fmt;

use crate::budget;
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
    by: RefusedBy,
    /// The limit or the budget, in bytes.
    limit: Option<usize>,
    requested: usize,
    reserved: usize,
    is_of_bump: bool,
}

/// What refused an allocation: [`ArenaError::refused_by`].
///
/// ```
/// use request_arena_core::{ArenaError, RefusedBy};
///
/// /// The status of a response to a refused request.
/// fn status(error: &ArenaError) -> u16 {
///     match error.refused_by() {
///         RefusedBy::Limit => 413,
///         // The same request may succeed later.
///         _ => 503,
///     }
/// }
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum RefusedBy {
    /// The `limit` of the scope. The same request is refused again.
    Limit,
    /// The [budget](crate::Settings::budget) of the service. Other requests have used it up. If
    /// [`requested`](ArenaError::requested) is more than [`limit`](ArenaError::limit), it never
    /// suffices.
    Budget,
    /// The global allocator. It also stands for sizes of more than 256 TiB, for which it is not
    /// asked.
    Allocator,
    /// The address space, which has no room for a value of this size.
    AddressSpace,
}

impl RefusedBy {
    /// What has refused a chunk that could not be reserved. Without a budget, this happens only to
    /// sizes that no allocator has.
    pub(crate) fn of_failed_reservation() -> Self {
        if budget::is_set() { Self::Budget } else { Self::Allocator }
    }
}

impl ArenaError {
    /// The request of a chunk for `requested` bytes was refused.
    pub(crate) fn refused(
        site: &'static Site,
        by: RefusedBy,
        requested: usize,
        reserved: usize,
    ) -> Self {
        let limit = match by {
            RefusedBy::Limit => site.limit(),
            RefusedBy::Budget => budget::read().0,
            RefusedBy::Allocator | RefusedBy::AddressSpace => None,
        };
        Self { site, by, limit, requested, reserved, is_of_bump: false }
    }

    /// Code was stopped that allocates through `&Bump`. Such code does not report the size of its
    /// request.
    pub(crate) fn refused_by_bump(site: &'static Site, by: RefusedBy, reserved: usize) -> Self {
        Self { is_of_bump: true, ..Self::refused(site, by, 0, reserved) }
    }

    /// The size exceeds the largest layout (`isize::MAX` bytes).
    pub(crate) fn too_large(site: &'static Site, reserved: usize) -> Self {
        Self::refused(site, RefusedBy::AddressSpace, usize::MAX, reserved)
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

    /// Returns the limit that was reached, in bytes: the scope's limit or the service's budget, as
    /// [`refused_by`](Self::refused_by) says.
    ///
    /// This is `None` if the global allocator refused, or if the size is impossible.
    #[must_use]
    pub fn limit(&self) -> Option<usize> {
        self.limit
    }

    /// Returns what refused the allocation.
    #[must_use]
    pub fn refused_by(&self) -> RefusedBy {
        self.by
    }
}

impl fmt::Display for ArenaError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { site, requested, reserved, .. } = self;
        let name = printable(site.name());
        match (self.by, self.limit) {
            (RefusedBy::AddressSpace, _) => write!(
                f,
                "the arena of `{name}` was asked for more bytes than the address space has"
            )?,
            (RefusedBy::Limit, Some(limit)) if self.is_of_bump => write!(
                f,
                "the arena of `{name}` is at its limit: {reserved} of {limit} bytes taken, through \
                 `&Bump`"
            )?,
            (RefusedBy::Limit, Some(limit)) => write!(
                f,
                "the arena of `{name}` is at its limit: {requested} bytes requested, {reserved} of \
                 {limit} bytes taken"
            )?,
            (RefusedBy::Budget, _) if self.is_of_bump => write!(
                f,
                "the service is at its budget for arenas: the arena of `{name}` holds {reserved} \
                 bytes and got no more, through `&Bump`"
            )?,
            (RefusedBy::Budget, _) => {
                write!(
                    f,
                    "the service is at its budget for arenas: the arena of `{name}` holds \
                     {reserved} bytes and requested {requested} more"
                )?;
                if let Some(budget) = self.limit {
                    write!(f, ", of {budget} bytes for all")?;
                }
            }
            _ => write!(
                f,
                "out of memory: the global allocator refused the arena of `{name}` a chunk for \
                 {requested} bytes, with {reserved} bytes taken; a `limit` would refuse it earlier"
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
