//! The totals of an order: discount and shipping.

use serde::Serialize;

/// An order of this many cents or more has a discount.
const DISCOUNT_FROM: u64 = 10_000;
/// The discount, in percent.
const DISCOUNT_PERCENT: u64 = 5;
/// An order of this many cents or more has free shipping.
const FREE_SHIPPING_FROM: u64 = 5_000;

/// What an order costs, in cents.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Totals {
    /// All lines.
    pub subtotal: u64,
    /// What is taken off.
    pub discount: u64,
    /// Shipping.
    pub shipping: u64,
    /// What the customer pays.
    pub total: u64,
}

impl Totals {
    /// The totals of an order with these lines in all, shipped to this country.
    #[must_use]
    pub fn new(subtotal: u64, country: &str) -> Self {
        let discount =
            if subtotal >= DISCOUNT_FROM { subtotal * DISCOUNT_PERCENT / 100 } else { 0 };
        let shipping = match country {
            _ if subtotal >= FREE_SHIPPING_FROM => 0,
            "BE" | "DE" | "FR" | "NL" => 4_90,
            _ => 12_90,
        };
        Self { subtotal, discount, shipping, total: subtotal - discount + shipping }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn small_orders_pay_for_shipping_and_large_ones_have_a_discount() {
        let totals =
            |subtotal, discount, shipping, total| Totals { subtotal, discount, shipping, total };
        assert_eq!(Totals::new(10_00, "DE"), totals(10_00, 0, 4_90, 14_90));
        assert_eq!(Totals::new(10_00, "AU"), totals(10_00, 0, 12_90, 22_90));
        assert_eq!(Totals::new(5_000, "AU"), totals(50_00, 0, 0, 50_00));
        assert_eq!(Totals::new(10_000, "FR"), totals(10_000, 500, 0, 9_500));
    }
}
