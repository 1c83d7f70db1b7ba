//! An order, as a client sends it.

use serde::Deserialize;

/// An order.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Order {
    /// Who orders.
    pub customer: Customer,
    /// Where the order goes.
    pub ship_to: Address,
    /// What is ordered.
    pub items: Vec<Item>,
    /// For the people who pack.
    pub note: Option<String>,
}

/// Who orders.
#[derive(Debug, Deserialize)]
pub struct Customer {
    /// The name.
    pub name: String,
    /// The e-mail address.
    pub email: String,
}

/// Where an order goes.
#[derive(Debug, Deserialize)]
pub struct Address {
    /// Street and number.
    pub street: String,
    /// The postcode.
    pub postcode: String,
    /// The city.
    pub city: String,
    /// The country's code.
    pub country: String,
}

/// An item of an order.
#[derive(Debug, Deserialize)]
pub struct Item {
    /// The product.
    pub sku: String,
    /// How many pieces.
    pub quantity: u32,
    /// How the product is to be.
    #[serde(default)]
    pub options: Vec<Choice>,
    /// For the people who pack.
    pub note: Option<String>,
}

/// An option of an item, and the choice.
#[derive(Debug, Deserialize)]
pub struct Choice {
    /// The option.
    pub name: String,
    /// The choice.
    pub choice: String,
}
