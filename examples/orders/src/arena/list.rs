//! A page of the stored orders.

use request_arena::collections::{CollectIn, Vec};
use request_arena::{Arena, DeserializeIn};
use serde::Serialize;

use crate::page::{self, Sort};
use crate::store::Store;

/// The query of the list.
#[derive(Debug, DeserializeIn)]
#[serde(deny_unknown_fields)]
pub struct Filter<'a> {
    /// Orders of this customer only.
    pub customer: Option<&'a str>,
    /// The order of the page.
    #[serde(default)]
    pub sort: Sort,
    /// How many orders to skip.
    #[serde(default)]
    pub skip: usize,
    /// How many orders the page has at most.
    #[serde(default = "page::usual_length")]
    pub limit: usize,
}

/// The answer.
#[derive(Debug, Serialize)]
pub struct Page<'a> {
    orders: usize,
    revenue: u64,
    page: &'a [Summary<'a>],
}

/// An order of a page.
#[derive(Debug, Serialize)]
struct Summary<'a> {
    number: u64,
    customer: &'a str,
    items: usize,
    total: u64,
}

impl<'a> Page<'a> {
    /// Makes the page that `filter` selects. It copies the names of its customers, as orders can
    /// leave the store while the answer is sent.
    #[must_use]
    pub fn new(arena: &Arena<'a>, filter: &Filter<'_>, store: &Store) -> Self {
        let reading = store.read();
        let matching = reading
            .orders()
            .filter(|order| filter.customer.is_none_or(|customer| *customer == *order.customer));
        let mut orders = matching.collect_in::<Vec<'_, _>>(arena);
        filter.sort.sort(&mut orders);
        let page = orders.iter().skip(filter.skip).take(filter.limit.min(page::LONGEST));
        let page = page.map(|order| Summary {
            number: order.number,
            customer: arena.alloc_str(&order.customer),
            items: order.items.len(),
            total: order.total,
        });
        Self {
            orders: orders.len(),
            revenue: orders.iter().map(|order| order.total).sum(),
            page: arena.alloc_from_iter(page),
        }
    }
}
