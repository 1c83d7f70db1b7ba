//! The price list: products by their SKU, each on a shelf, with the surcharges of its options.
//!
//! It is a part of the shop, which handlers get as shared state. The shop lives as long as the
//! process, so an answer borrows the titles of products.

use hashbrown::HashMap;
use serde::Serialize;

/// The shelves, in the order of receipts.
pub const SHELVES: [&str; 6] = ["books", "coffee", "kitchen", "stationery", "tea", "toys"];

/// Products on each shelf of the built-in price list.
const PRODUCTS_ON_SHELF: u64 = 48;

/// What a product can be like. A line of a receipt has the surcharges of its options.
const OPTIONS: [(&str, &[(&str, u64)]); 3] = [
    ("size", &[("small", 0), ("medium", 150), ("large", 300)]),
    ("colour", &[("black", 0), ("red", 0), ("forest green", 50)]),
    ("wrapping", &[("none", 0), ("paper", 95), ("gift box", 390)]),
];

/// A product.
#[derive(Clone, Debug, Serialize)]
pub struct Product {
    /// Its number, such as `tea-0007`.
    pub sku: Box<str>,
    /// Its name for people.
    pub title: Box<str>,
    /// Its place in [`SHELVES`].
    #[serde(skip)]
    pub shelf: usize,
    /// The price of one, in cents.
    pub cents: u64,
}

/// All products.
#[derive(Clone, Debug)]
pub struct Prices {
    products: HashMap<Box<str>, Product>,
}

impl Prices {
    /// The built-in price list: 288 products on six shelves.
    #[must_use]
    pub fn built_in() -> Self {
        let numbers = (0..SHELVES.len())
            .flat_map(|shelf| (1..=PRODUCTS_ON_SHELF).map(move |number| (shelf, number)));
        let products = numbers.map(|(shelf, number)| {
            let sku: Box<str> = sku(shelf, number).into();
            let title = title(shelf, number).into();
            // Any prices will do, if neighbours differ.
            let cents = 250 + (number * 7919 + shelf as u64 * 104_729) % 9_750;
            (sku.clone(), Product { sku, title, shelf, cents })
        });
        Self { products: products.collect() }
    }

    /// The product with this SKU.
    #[must_use]
    pub fn product(&self, sku: &str) -> Option<&Product> {
        self.products.get(sku)
    }

    /// The products on a shelf, in no particular order.
    pub fn on_shelf(&self, shelf: usize) -> impl Iterator<Item = &Product> {
        self.products.values().filter(move |product| product.shelf == shelf)
    }

    /// The surcharge of an option in cents. `None` if the shop does not offer it.
    #[must_use]
    pub fn surcharge(&self, option: &str, choice: &str) -> Option<u64> {
        let (_, choices) = OPTIONS.iter().find(|(name, _)| *name == option)?;
        choices.iter().find(|(name, _)| *name == choice).map(|(_, cents)| *cents)
    }
}

/// The SKU of the built-in product with this number.
pub(crate) fn sku(shelf: usize, number: u64) -> String {
    format!("{}-{number:04}", SHELVES[shelf])
}

/// The options of the built-in price list, each with its choices.
pub(crate) fn options()
-> impl ExactSizeIterator<Item = (&'static str, &'static [(&'static str, u64)])> {
    OPTIONS.into_iter()
}

/// The number of products on each shelf.
pub(crate) const fn products_on_shelf() -> u64 {
    PRODUCTS_ON_SHELF
}

fn title(shelf: usize, number: u64) -> String {
    const GRADES: [&str; 4] = ["Everyday", "Fine", "Rare", "Antique"];
    const ORIGINS: [&str; 6] = ["Assam", "Bergamo", "Cusco", "Douro", "Ghent", "Kyoto"];
    const KINDS: [&str; SHELVES.len()] =
        ["Atlas", "Roast", "Kettle", "Fountain Pen", "First Flush", "Puzzle"];
    let number = number as usize;
    let (grade, origin) = (GRADES[number % GRADES.len()], ORIGINS[number % ORIGINS.len()]);
    format!("{grade} {origin} {}, No. {number}", KINDS[shelf])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_product_is_found_by_its_sku() {
        let prices = Prices::built_in();
        for (shelf, name) in SHELVES.iter().enumerate() {
            assert_eq!(prices.on_shelf(shelf).count() as u64, PRODUCTS_ON_SHELF);
            for product in prices.on_shelf(shelf) {
                assert!(product.sku.starts_with(name), "{product:?}");
                assert_eq!(prices.product(&product.sku).unwrap().title, product.title);
            }
        }
        assert!(prices.product("tea-0000").is_none());
    }

    #[test]
    fn a_surcharge_is_that_of_the_choice() {
        let prices = Prices::built_in();
        assert_eq!(prices.surcharge("size", "large"), Some(300));
        assert_eq!(prices.surcharge("size", "red"), None);
        assert_eq!(prices.surcharge("weight", "large"), None);
    }
}
