//! A stored order, copied into an arena. It can leave the store while the answer is sent.

use request_arena::Arena;
use serde::Serialize;

use crate::store::Stored;

/// A stored order, as [`Stored`].
#[derive(Debug, Serialize)]
pub struct Found<'a> {
    number: u64,
    customer: &'a str,
    items: &'a [FoundItem<'a>],
    total: u64,
}

#[derive(Debug, Serialize)]
struct FoundItem<'a> {
    sku: &'a str,
    quantity: u32,
}

impl<'a> Found<'a> {
    /// Copies an order.
    #[must_use]
    pub fn copy(arena: &Arena<'a>, order: &Stored) -> Self {
        let items = order
            .items
            .iter()
            .map(|item| FoundItem { sku: arena.alloc_str(&item.sku), quantity: item.quantity });
        Self {
            number: order.number,
            customer: arena.alloc_str(&order.customer),
            items: arena.alloc_from_iter(items),
            total: order.total,
        }
    }
}
