//! A page of the stored orders.

use serde::{Deserialize, Serialize};

use crate::page::{self, Sort};
use crate::store::Reading;

/// The query of the list.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Filter {
    /// Orders of this customer only.
    pub customer: Option<String>,
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
pub struct Page<'s> {
    orders: usize,
    revenue: u64,
    page: Vec<Summary<'s>>,
}

/// An order of a page.
#[derive(Debug, Serialize)]
struct Summary<'s> {
    number: u64,
    customer: &'s str,
    items: usize,
    total: u64,
}

impl<'s> Page<'s> {
    /// Makes the page that `filter` selects.
    #[must_use]
    pub fn new(filter: &Filter, reading: &'s Reading<'_>) -> Self {
        let matching = reading.orders().filter(|order| {
            filter.customer.as_ref().is_none_or(|customer| *customer == *order.customer)
        });
        let mut orders: Vec<_> = matching.collect();
        filter.sort.sort(&mut orders);
        let page = orders.iter().skip(filter.skip).take(filter.limit.min(page::LONGEST));
        let page = page.map(|order| Summary {
            number: order.number,
            customer: &order.customer,
            items: order.items.len(),
            total: order.total,
        });
        Self {
            orders: orders.len(),
            revenue: orders.iter().map(|order| order.total).sum(),
            page: page.collect(),
        }
    }
}
