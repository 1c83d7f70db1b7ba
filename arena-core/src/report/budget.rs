//! The budget's part of a report.

use crate::budget;

/// The [budget](crate::Settings::budget) of the service, and the bytes that are taken of it.
///
/// ```
/// use request_arena_core::{Site, configure, report, scope};
///
/// static SITE: Site = Site::new("thumbnail", module_path!(), file!(), line!());
///
/// configure(|settings| settings.budget = Some(64 << 20));
/// scope(&SITE, |arena| {
///     arena.alloc_slice_fill_copy(1 << 20, 0_u8);
///     let budget = report().budget;
///     assert_eq!(budget.limit_bytes, Some(64 << 20));
///     assert!(budget.taken_bytes > 1 << 20);
/// });
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct BudgetReport {
    /// The budget in bytes. `None` if there is none.
    pub limit_bytes: Option<usize>,
    /// Bytes of chunks that open scopes, the pool and response buffers hold, with the 48 bytes of
    /// book-keeping in each chunk. With a budget, it includes bytes reserved for code with a raw
    /// `&Bump`. It is counted without a budget, too.
    pub taken_bytes: usize,
}

impl BudgetReport {
    /// Reads the budget. It costs one lock.
    #[must_use]
    pub fn read() -> Self {
        let (limit_bytes, taken_bytes) = budget::read();
        Self { limit_bytes, taken_bytes }
    }
}
