//! multitude's own deserialisation: its derive, and `Arena::deserialize_json`. A text that needs no
//! unescaping is borrowed from the document, and others are copied.

use multitude::de::DeserializeIn;
use multitude::{Box, Cow};

use super::anywhere::{Draft, DraftItem};

#[derive(DeserializeIn)]
#[serde(deny_unknown_fields)]
pub(super) struct Order<'d> {
    customer: Customer<'d>,
    ship_to: Address<'d>,
    items: Box<[Item<'d>]>,
    #[serde(default)]
    note: Option<Cow<'d, str>>,
}

#[derive(DeserializeIn)]
struct Customer<'d> {
    name: Cow<'d, str>,
    email: Cow<'d, str>,
}

#[derive(DeserializeIn)]
struct Address<'d> {
    street: Cow<'d, str>,
    postcode: Cow<'d, str>,
    city: Cow<'d, str>,
    country: Cow<'d, str>,
}

#[derive(DeserializeIn)]
pub(super) struct Item<'d> {
    sku: Cow<'d, str>,
    quantity: u32,
    #[serde(default)]
    options: Option<Box<[Choice<'d>]>>,
    #[serde(default)]
    #[allow(dead_code, reason = "it is parsed, and the receipt does not show it")]
    note: Option<Cow<'d, str>>,
}

#[derive(DeserializeIn)]
struct Choice<'d> {
    name: Cow<'d, str>,
    choice: Cow<'d, str>,
}

impl<'d> Draft for Order<'d> {
    type Item = Item<'d>;

    fn customer(&self) -> [&str; 2] {
        [&self.customer.name, &self.customer.email]
    }

    fn ship_to(&self) -> [&str; 4] {
        let Address { street, postcode, city, country } = &self.ship_to;
        [street, postcode, city, country]
    }

    fn note(&self) -> Option<&str> {
        self.note.as_deref()
    }

    fn items(&self) -> &[Item<'d>] {
        &self.items
    }
}

impl DraftItem for Item<'_> {
    fn sku(&self) -> &str {
        &self.sku
    }

    fn quantity(&self) -> u32 {
        self.quantity
    }

    fn options(&self) -> impl ExactSizeIterator<Item = (&str, &str)> {
        let options = self.options.as_deref().unwrap_or_default();
        options.iter().map(|option| (&*option.name, &*option.choice))
    }
}
