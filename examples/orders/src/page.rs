//! What both versions' pages of stored orders share: their length, and their order.

use request_arena::DeserializeIn;
use serde::Deserialize;

use crate::store::Stored;

/// The most orders on a page.
pub const LONGEST: usize = 100;

/// The orders on a page, unless the query says how many.
#[must_use]
pub fn usual_length() -> usize {
    20
}

/// The order of a page.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, DeserializeIn)]
#[serde(rename_all = "lowercase")]
pub enum Sort {
    /// The newest order first.
    #[default]
    Newest,
    /// The dearest order first.
    Total,
    /// By the customer's name.
    Customer,
}

impl Sort {
    /// Sorts the orders. Orders that are equal otherwise are sorted by their numbers.
    pub fn sort(self, orders: &mut [&Stored]) {
        match self {
            Self::Newest => orders.reverse(),
            Self::Total => {
                orders.sort_unstable_by(|a, b| b.total.cmp(&a.total).then(a.number.cmp(&b.number)));
            }
            Self::Customer => orders
                .sort_unstable_by(|a, b| a.customer.cmp(&b.customer).then(a.number.cmp(&b.number))),
        }
    }
}
