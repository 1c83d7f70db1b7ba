//! The rules of an order, over `&str` and numbers. Both versions of the service call them.
//!
//! A violated rule is a complaint about a field. All complaints together are the answer 422.

use std::fmt::Arguments;

use crate::prices::{Prices, Product};

/// Most items of an order.
pub const MOST_ITEMS: usize = 20_000;
/// Most pieces of an item.
pub const MOST_PIECES: u32 = 999;
/// Most options of an item.
pub const MOST_OPTIONS: usize = 8;
/// The longest text, in bytes.
pub const LONGEST_TEXT: usize = 500;

/// Where complaints go.
pub trait Complaints {
    /// Adds a complaint: the path of the field, such as `items[3].quantity`, and the rule.
    fn add(&mut self, field: Arguments<'_>, rule: &'static str);
}

/// Checks who orders.
pub fn customer(name: &str, email: &str, complaints: &mut impl Complaints) {
    text(format_args!("customer.name"), name, complaints);
    let is_address = email.len() <= LONGEST_TEXT
        && email.split_once('@').is_some_and(|(user, host)| {
            !user.is_empty() && host.contains('.') && !host.contains('@')
        });
    if !is_address {
        complaints.add(format_args!("customer.email"), "must be an e-mail address");
    }
}

/// Checks where the order goes.
pub fn address(
    street: &str,
    postcode: &str,
    city: &str,
    country: &str,
    complaints: &mut impl Complaints,
) {
    text(format_args!("ship_to.street"), street, complaints);
    text(format_args!("ship_to.postcode"), postcode, complaints);
    text(format_args!("ship_to.city"), city, complaints);
    if country.len() != 2 || !country.bytes().all(|letter| letter.is_ascii_uppercase()) {
        complaints.add(format_args!("ship_to.country"), "must be two capital letters");
    }
}

/// Checks a note that may be missing.
pub fn note(note: Option<&str>, complaints: &mut impl Complaints) {
    if let Some(note) = note {
        text(format_args!("note"), note, complaints);
    }
}

/// Checks the number of items.
pub fn items(items: usize, complaints: &mut impl Complaints) {
    if items == 0 {
        complaints.add(format_args!("items"), "must have at least one item");
    } else if items > MOST_ITEMS {
        complaints.add(format_args!("items"), "must have at most 20000 items");
    }
}

/// Checks an item, and returns its product and the price of one piece with its options, in cents.
pub fn item<'p, 'o>(
    index: usize,
    sku: &str,
    quantity: u32,
    options: impl ExactSizeIterator<Item = (&'o str, &'o str)>,
    prices: &'p Prices,
    complaints: &mut impl Complaints,
) -> Option<(&'p Product, u64)> {
    if quantity == 0 || quantity > MOST_PIECES {
        complaints.add(format_args!("items[{index}].quantity"), "must be from 1 to 999");
    }
    if options.len() > MOST_OPTIONS {
        complaints.add(format_args!("items[{index}].options"), "must be at most 8");
        return None;
    }
    let mut surcharges = 0;
    for (position, (name, choice)) in options.enumerate() {
        match prices.surcharge(name, choice) {
            Some(cents) => surcharges += cents,
            None => complaints
                .add(format_args!("items[{index}].options[{position}]"), "is not on offer"),
        }
    }
    let product = prices.product(sku);
    if product.is_none() {
        complaints.add(format_args!("items[{index}].sku"), "is not in the price list");
    }
    product.map(|product| (product, product.cents + surcharges))
}

fn text(field: Arguments<'_>, text: &str, complaints: &mut impl Complaints) {
    if text.len() > LONGEST_TEXT {
        complaints.add(field, "must have at most 500 bytes");
    } else if text.trim_ascii().is_empty() {
        complaints.add(field, "must not be empty");
    }
}
