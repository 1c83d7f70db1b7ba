//! The two versions of the handlers of orders.

use anyhow::bail;
use axum::Router;
use orders::shop::Shop;

/// A version of the handlers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum OrderHandlers {
    /// The handlers on arenas.
    Arena,
    /// The handlers on `String` and `Vec`.
    Heap,
}

impl OrderHandlers {
    /// Their names as candidates.
    pub(crate) const NAMES: [&str; 2] = ["arena", "heap"];

    /// The handlers with this name.
    pub(crate) fn named(name: &str) -> anyhow::Result<Self> {
        match name {
            "arena" => Ok(Self::Arena),
            "heap" => Ok(Self::Heap),
            _ => bail!("there is no candidate `{name}`"),
        }
    }

    /// The candidate's name.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Arena => "arena",
            Self::Heap => "heap",
        }
    }

    /// The routes.
    pub(crate) fn router(self, shop: Shop) -> Router {
        match self {
            Self::Arena => orders::arena::router(shop),
            Self::Heap => orders::heap::router(shop),
        }
    }
}
