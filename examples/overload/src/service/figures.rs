//! The gate's figures, as the runner reads them from the service.

use serde::{Deserialize, Serialize};

/// The figures at one moment.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Figures {
    pub(crate) admitted: u64,
    /// Requests that waited and were then admitted.
    pub(crate) waited: u64,
    pub(crate) refused: u64,
    /// What measure mode would have let wait, and what it would have refused.
    pub(crate) would_have_waited: u64,
    pub(crate) would_have_refused: u64,
    pub(crate) reserved_bytes: u64,
    pub(crate) budget_bytes: u64,
    /// The memory that no request holds.
    pub(crate) base_bytes: u64,
}
