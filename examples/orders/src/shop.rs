//! The shop: the state that all handlers share.

use crate::prices::Prices;
use crate::store::Store;

/// How many orders the store keeps.
const KEPT: usize = 1_000;

/// The shared state. It lives as long as the process.
pub type Shop = &'static Shared;

/// What is in the shop.
#[derive(Debug)]
pub struct Shared {
    /// The price list.
    pub prices: Prices,
    /// The orders.
    pub store: Store,
}

/// Opens a shop with the built-in price list and no orders.
#[must_use]
pub fn open() -> Shop {
    Box::leak(Box::new(Shared { prices: Prices::built_in(), store: Store::new(KEPT) }))
}
