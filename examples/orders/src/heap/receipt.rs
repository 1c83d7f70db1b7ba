//! The way from an order to its receipt.

use std::collections::BTreeMap;
use std::fmt::Arguments;

use serde::Serialize;

use super::order::{Choice, Order};
use crate::prices::{Prices, SHELVES};
use crate::rules::{self, Complaints};
use crate::totals::Totals;

/// What an order comes to. All money is in cents.
#[derive(Debug, Serialize)]
pub struct Receipt<'o> {
    /// The number of a stored order.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub number: Option<u64>,
    /// Who ordered.
    pub customer: &'o str,
    /// Where it goes, on one line.
    pub ship_to: String,
    /// The lines, by shelf.
    pub shelves: Vec<Shelf<'o>>,
    /// The number of pieces.
    pub pieces: u64,
    /// The totals.
    pub totals: Totals,
}

/// The lines of a shelf, the dearest first.
#[derive(Debug, Serialize)]
pub struct Shelf<'o> {
    shelf: &'static str,
    subtotal: u64,
    lines: Vec<Line<'o>>,
}

/// A line: an item with its price.
#[derive(Debug, Serialize)]
pub struct Line<'o> {
    sku: &'o str,
    title: &'o str,
    pieces: u32,
    each: u64,
    total: u64,
}

/// A violated rule.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub struct Complaint {
    /// The path of the field.
    pub field: String,
    /// The rule.
    pub rule: &'static str,
}

impl Complaints for Vec<Complaint> {
    fn add(&mut self, field: Arguments<'_>, rule: &'static str) {
        self.push(Complaint { field: field.to_string(), rule });
    }
}

impl<'o> Receipt<'o> {
    /// Checks an order, and makes its receipt.
    ///
    /// # Errors
    ///
    /// If the order violates rules: all of them.
    pub fn new(order: &'o Order, prices: &'o Prices) -> Result<Self, Vec<Complaint>> {
        let mut complaints = Vec::new();
        let Order { customer, ship_to: to, items, note } = order;
        rules::customer(&customer.name, &customer.email, &mut complaints);
        rules::address(&to.street, &to.postcode, &to.city, &to.country, &mut complaints);
        rules::items(items.len(), &mut complaints);
        rules::note(note.as_deref(), &mut complaints);

        let mut shelves = BTreeMap::<&'static str, Vec<Line<'o>>>::new();
        for (index, item) in items.iter().enumerate() {
            let options =
                item.options.iter().map(|Choice { name, choice }| (name.as_str(), choice.as_str()));
            let priced =
                rules::item(index, &item.sku, item.quantity, options, prices, &mut complaints);
            if let Some((product, each)) = priced {
                let total = each * u64::from(item.quantity);
                let line = Line {
                    sku: &item.sku,
                    title: &product.title,
                    pieces: item.quantity,
                    each,
                    total,
                };
                shelves.entry(SHELVES[product.shelf]).or_default().push(line);
            }
        }
        if !complaints.is_empty() {
            return Err(complaints);
        }

        let shelves: Vec<_> =
            shelves.into_iter().map(|(shelf, lines)| Shelf::new(shelf, lines)).collect();
        let subtotal = shelves.iter().map(|shelf| shelf.subtotal).sum();
        Ok(Self {
            number: None,
            customer: &customer.name,
            ship_to: format!("{}, {} {}, {}", to.street, to.postcode, to.city, to.country),
            pieces: items.iter().map(|item| u64::from(item.quantity)).sum(),
            totals: Totals::new(subtotal, &to.country),
            shelves,
        })
    }
}

impl<'o> Shelf<'o> {
    fn new(shelf: &'static str, mut lines: Vec<Line<'o>>) -> Self {
        lines.sort_unstable_by(|a, b| {
            let by_sku = || a.sku.cmp(b.sku).then(a.pieces.cmp(&b.pieces));
            b.total.cmp(&a.total).then_with(by_sku)
        });
        Self { shelf, subtotal: lines.iter().map(|line| line.total).sum(), lines }
    }
}
