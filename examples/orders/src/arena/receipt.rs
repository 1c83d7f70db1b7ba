//! The way from an order to its receipt.

use std::fmt::Arguments;

use request_arena::collections::{CollectIn, IntoArenaSlice, SortedMap, Vec};
use request_arena::{Arena, format};
use serde::Serialize;

use super::order::{Choice, Order};
use crate::prices::{Prices, SHELVES};
use crate::rules::{self, Complaints};
use crate::totals::Totals;

/// What an order comes to. All money is in cents.
#[derive(Debug, Serialize)]
pub struct Receipt<'a> {
    /// The number of a stored order.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub number: Option<u64>,
    /// Who ordered.
    pub customer: &'a str,
    /// Where it goes, on one line.
    pub ship_to: &'a str,
    /// The lines, by shelf.
    pub shelves: &'a [Shelf<'a>],
    /// The number of pieces.
    pub pieces: u64,
    /// The totals.
    pub totals: Totals,
}

/// The lines of a shelf, the dearest first.
#[derive(Debug, Serialize)]
pub struct Shelf<'a> {
    shelf: &'static str,
    subtotal: u64,
    lines: &'a [Line<'a>],
}

/// A line: an item with its price.
#[derive(Debug, Serialize)]
pub struct Line<'a> {
    sku: &'a str,
    title: &'a str,
    pieces: u32,
    each: u64,
    total: u64,
}

/// A violated rule.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub struct Complaint<'a> {
    /// The path of the field.
    pub field: &'a str,
    /// The rule.
    pub rule: &'static str,
}

/// The violated rules so far.
struct Found<'b, 'a> {
    arena: &'b Arena<'a>,
    complaints: Vec<'b, Complaint<'a>>,
}

impl Complaints for Found<'_, '_> {
    fn add(&mut self, field: Arguments<'_>, rule: &'static str) {
        let field = format!(in self.arena, "{field}");
        self.complaints.push(Complaint { field, rule });
    }
}

impl<'a> Receipt<'a> {
    /// Checks an order, and makes its receipt.
    ///
    /// # Errors
    ///
    /// If the order violates rules: all of them.
    pub fn new(
        arena: &Arena<'a>,
        order: &Order<'a>,
        prices: &'a Prices,
    ) -> Result<Self, &'a [Complaint<'a>]> {
        let mut found = Found { arena, complaints: Vec::new_in(arena) };
        let Order { customer, ship_to: to, items, note } = order;
        rules::customer(customer.name, customer.email, &mut found);
        rules::address(to.street, to.postcode, to.city, to.country, &mut found);
        rules::items(items.len(), &mut found);
        rules::note(*note, &mut found);

        let mut shelves = SortedMap::<'_, &'static str, Vec<'_, Line<'a>>>::new_in(arena);
        for (index, item) in items.iter().enumerate() {
            let options = item.options.iter().map(|&Choice { name, choice }| (name, choice));
            let priced = rules::item(index, item.sku, item.quantity, options, prices, &mut found);
            if let Some((product, each)) = priced {
                let total = each * u64::from(item.quantity);
                let line = Line {
                    sku: item.sku,
                    title: &product.title,
                    pieces: item.quantity,
                    each,
                    total,
                };
                let lines = shelves.entry(SHELVES[product.shelf]);
                lines.or_insert_with(|| Vec::new_in(arena)).push(line);
            }
        }
        if !found.complaints.is_empty() {
            return Err(found.complaints.into_arena_slice(arena));
        }

        let shelves = shelves
            .into_iter()
            .map(|(shelf, lines)| Shelf::new(shelf, lines.into_arena_slice(arena)));
        let shelves: &'a [Shelf<'a>] =
            shelves.collect_in::<Vec<'_, _>>(arena).into_arena_slice(arena);
        let subtotal = shelves.iter().map(|shelf| shelf.subtotal).sum();
        Ok(Self {
            number: None,
            customer: customer.name,
            ship_to: format!(in arena, "{}, {} {}, {}", to.street, to.postcode, to.city,
            to.country),
            pieces: items.iter().map(|item| u64::from(item.quantity)).sum(),
            totals: Totals::new(subtotal, to.country),
            shelves,
        })
    }
}

impl<'a> Shelf<'a> {
    fn new(shelf: &'static str, lines: &'a mut [Line<'a>]) -> Self {
        lines.sort_unstable_by(|a, b| {
            let by_sku = || a.sku.cmp(b.sku).then(a.pieces.cmp(&b.pieces));
            b.total.cmp(&a.total).then_with(by_sku)
        });
        Self { shelf, subtotal: lines.iter().map(|line| line.total).sum(), lines }
    }
}
