//! An order, as a client sends it. Its texts and lists are in the arena.

use request_arena::DeserializeIn;

/// An order.
#[derive(Debug, DeserializeIn)]
#[serde(deny_unknown_fields)]
pub struct Order<'a> {
    /// Who orders.
    pub customer: Customer<'a>,
    /// Where the order goes.
    pub ship_to: Address<'a>,
    /// What is ordered.
    pub items: &'a [Item<'a>],
    /// For the people who pack.
    pub note: Option<&'a str>,
}

/// Who orders.
#[derive(Debug, DeserializeIn)]
pub struct Customer<'a> {
    /// The name.
    pub name: &'a str,
    /// The e-mail address.
    pub email: &'a str,
}

/// Where an order goes.
#[derive(Debug, DeserializeIn)]
pub struct Address<'a> {
    /// Street and number.
    pub street: &'a str,
    /// The postcode.
    pub postcode: &'a str,
    /// The city.
    pub city: &'a str,
    /// The country's code.
    pub country: &'a str,
}

/// An item of an order.
#[derive(Debug, DeserializeIn)]
pub struct Item<'a> {
    /// The product.
    pub sku: &'a str,
    /// How many pieces.
    pub quantity: u32,
    /// How the product is to be.
    #[serde(default)]
    pub options: &'a [Choice<'a>],
    /// For the people who pack.
    pub note: Option<&'a str>,
}

/// An option of an item, and the choice.
#[derive(Debug, DeserializeIn)]
pub struct Choice<'a> {
    /// The option.
    pub name: &'a str,
    /// The choice.
    pub choice: &'a str,
}
