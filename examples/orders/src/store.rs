//! The store: the last orders, in memory.
//!
//! An order in the store outlives its request, so the store owns its texts. This is the one place
//! where both versions of the service allocate from the heap.

use std::collections::VecDeque;

use parking_lot::{RwLock, RwLockReadGuard};
use serde::Serialize;

/// An order in the store.
#[derive(Clone, Debug, Serialize)]
pub struct Stored {
    /// Its number. The first order has number 1.
    pub number: u64,
    /// Who ordered.
    pub customer: Box<str>,
    /// What was ordered.
    pub items: Box<[StoredItem]>,
    /// What the customer pays, in cents.
    pub total: u64,
}

/// An item of an order in the store.
#[derive(Clone, Debug, Serialize)]
pub struct StoredItem {
    /// The product.
    pub sku: Box<str>,
    /// How many pieces.
    pub quantity: u32,
}

/// The last orders.
#[derive(Debug)]
pub struct Store {
    capacity: usize,
    orders: RwLock<Orders>,
}

#[derive(Debug, Default)]
struct Orders {
    last: VecDeque<Stored>,
    /// The number of the last order.
    number: u64,
}

impl Store {
    /// Creates an empty store for this many orders. The oldest make room for new ones.
    #[must_use]
    pub fn new(capacity: usize) -> Self {
        Self { capacity, orders: RwLock::default() }
    }

    /// Adds an order, and returns its number.
    pub fn add(&self, customer: Box<str>, items: Box<[StoredItem]>, total: u64) -> u64 {
        let mut orders = self.orders.write();
        orders.number += 1;
        let number = orders.number;
        let oldest =
            if orders.last.len() == self.capacity { orders.last.pop_front() } else { None };
        orders.last.push_back(Stored { number, customer, items, total });
        // The oldest order is freed without the lock.
        drop(orders);
        drop(oldest);
        number
    }

    /// Locks the store, to read orders.
    pub fn read(&self) -> Reading<'_> {
        Reading(self.orders.read())
    }
}

/// The orders, while no order is added.
#[derive(Debug)]
pub struct Reading<'s>(RwLockReadGuard<'s, Orders>);

impl Reading<'_> {
    /// The order with this number.
    pub fn order(&self, number: u64) -> Option<&Stored> {
        let orders = &self.0.last;
        let first = orders.front()?.number;
        orders.get(usize::try_from(number.checked_sub(first)?).ok()?)
    }

    /// All orders, the oldest first.
    pub fn orders(&self) -> impl ExactSizeIterator<Item = &Stored> {
        self.0.last.iter()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_oldest_orders_make_room() {
        let store = Store::new(2);
        for total in [10, 20, 30] {
            store.add("Ann".into(), [].into(), total);
        }
        let reading = store.read();
        assert_eq!(reading.orders().map(|order| order.number).collect::<Vec<_>>(), [2, 3]);
        assert!(reading.order(0).is_none() && reading.order(1).is_none());
        assert_eq!(reading.order(3).unwrap().total, 30);
        assert!(reading.order(4).is_none());
    }
}
