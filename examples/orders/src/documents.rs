//! Documents: orders of any size, the same in every process.

use std::iter;

use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use serde_json::{Value, json};

use crate::prices::{self, SHELVES};

/// Orders, each as long as one that ends with the item that reaches `bytes`.
///
/// Texts are short, as in orders of people. A few need unescaping: `\"`, or a letter as `\u00e9`.
pub fn orders(bytes: usize, seed: u64) -> impl Iterator<Item = Vec<u8>> {
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    iter::repeat_with(move || order(bytes, &mut random))
}

fn order(bytes: usize, random: &mut ChaCha8Rng) -> Vec<u8> {
    const NAMES: [&str; 6] =
        ["Ann Lee", "Bo Lindqvist", "Chidi Eze", "Dora Novak", "Eve Ng", "Zoë Brontë"];
    const STREETS: [&str; 4] = ["Long Lane", "Rue des Lilas", "Am Markt", "High Street"];
    const CITIES: [(&str, &str); 5] =
        [("Leeds", "GB"), ("Lyon", "FR"), ("Ulm", "DE"), ("Ghent", "BE"), ("Perth", "AU")];
    let name = pick(&NAMES, random);
    let (city, country) = pick(&CITIES, random);
    let email = format!("{}@example.org", name.to_lowercase().replace(' ', "."));
    let number: u32 = random.random_range(1..200);
    let mut order = json!({
        "customer": { "name": name, "email": email },
        "ship_to": {
            "street": format!("{number} {}", pick(&STREETS, random)),
            "postcode": format!("{:05}", random.random_range(1_000..99_999)),
            "city": city,
            "country": country,
        },
        "items": [],
    });
    if random.random_bool(0.5) {
        order["note"] = "please ring \"twice\"".into();
    }
    let mut length = order.to_string().len();
    let mut items = Vec::new();
    while items.is_empty() || length < bytes {
        let item = item(random);
        length += item.to_string().len() + 1;
        items.push(item);
    }
    order["items"] = items.into();
    // Half of all clients escape letters that are not ASCII.
    let escapes = random.random_bool(0.5);
    let text = order.to_string();
    if escapes { text.replace('ë', "\\u00eb").into_bytes() } else { text.into_bytes() }
}

fn item(random: &mut ChaCha8Rng) -> Value {
    const NOTES: [&str; 4] = ["as a gift", "no rush", "same as last time", "for the \"office\""];
    let shelf = random.random_range(0..SHELVES.len());
    let mut item = json!({
        "sku": prices::sku(shelf, random.random_range(1..=prices::products_on_shelf())),
        "quantity": random.random_range(1..12),
    });
    let options = prices::options().filter_map(|(name, choices)| {
        let (choice, _) = pick(choices, random);
        random.random_bool(0.4).then(|| json!({ "name": name, "choice": choice }))
    });
    item["options"] = options.collect();
    if random.random_bool(0.25) {
        item["note"] = pick(&NOTES, random).into();
    }
    item
}

fn pick<T: Copy>(of: &[T], random: &mut ChaCha8Rng) -> T {
    of[random.random_range(0..of.len())]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn documents_are_as_long_as_asked_and_the_same_each_time() {
        for bytes in [300, 4 << 10, 100 << 10] {
            let documents: Vec<_> = orders(bytes, 1).take(20).collect();
            assert_eq!(documents, orders(bytes, 1).take(20).collect::<Vec<_>>());
            for document in documents {
                assert!((bytes - 50..bytes + 250).contains(&document.len()), "{}", document.len());
            }
        }
    }
}
